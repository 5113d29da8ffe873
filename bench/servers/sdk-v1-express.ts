import type { IncomingMessage, ServerResponse } from 'node:http';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { resourceIdentifier, scopes } from '../tokens.ts';
import { verifyAccessToken } from './cognito-verifier.ts';
import { answerOf, description, inputShape } from './echo.ts';
import { port, toolNames } from './settings.ts';

/** What most servers of 2025 are: SDK v1 on Express, stateless, with aws-jwt-verify. Only verifies. */

const createServer = (): McpServer => {
  const server = new McpServer({ name: 'bench', version: '1.0.0' });
  for (const name of toolNames)
    server.registerTool(name, { description, inputSchema: inputShape }, ({ text }) =>
      answerOf(text),
    );
  return server;
};

type ExpressRequest = IncomingMessage & { readonly body: unknown };

const serve = async (request: ExpressRequest, response: ServerResponse): Promise<void> => {
  const server = createServer();
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: true,
  });
  response.on('close', () => {
    void transport.close();
    void server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
};

const app = createMcpExpressApp({ allowedHosts: ['mcp.example.com'] });
const gate = requireBearerAuth({
  verifier: { verifyAccessToken: verifyAccessToken(() => new InvalidTokenError('invalid')) },
  requiredScopes: [`${resourceIdentifier}/${scopes[1]}`],
});
app.post(
  '/mcp',
  gate,
  (request: ExpressRequest, response: ServerResponse) => void serve(request, response),
);
app.listen(port, '127.0.0.1');
