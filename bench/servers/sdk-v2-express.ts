import type { IncomingMessage, ServerResponse } from 'node:http';
import { createMcpExpressApp, requireBearerAuth } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  McpServer,
  OAuthError,
  OAuthErrorCode,
} from '@modelcontextprotocol/server';
import { resourceIdentifier } from '../tokens.ts';
import { verifyAccessToken } from './cognito-verifier.ts';
import { answerOf, description, inputSchema } from './echo.ts';
import { port, toolNames } from './settings.ts';
import { registerCount, registerWait } from './slow-tools.ts';

/** XV: the SDK v2's own Express application and bearer gate, with aws-jwt-verify. Only verifies. */

const factory = () => {
  const server = new McpServer({ name: 'bench', version: '1.0.0' });
  for (const name of toolNames)
    server.registerTool(name, { description, inputSchema }, ({ text }) => answerOf(text));
  registerCount(server);
  registerWait(server);
  return server;
};
// By default 1024, and the one after that is refused.
const handler = createMcpHandler(factory, { maxSubscriptions: 20_000 });
const invalid = () => new OAuthError(OAuthErrorCode.InvalidToken, 'invalid access token');
const gate = requireBearerAuth({
  verifier: { verifyAccessToken: verifyAccessToken(invalid) },
  expectedResource: new URL(resourceIdentifier),
  resourceMetadataUrl: 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp',
});
const app = createMcpExpressApp({ allowedHosts: ['mcp.example.com'] });
const serve = toNodeHandler(handler);
app.post(
  '/mcp',
  gate,
  (request: IncomingMessage & { readonly body: unknown }, response: ServerResponse) =>
    void serve(request, response, request.body),
);
app.listen(port, '127.0.0.1');
