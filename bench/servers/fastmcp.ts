import { FastMCP } from 'fastmcp';
import { verifyAccessToken } from './cognito-verifier.ts';
import { description, inputSchema } from './echo.ts';
import { port, toolNames } from './settings.ts';

/** fastmcp, stateless, with aws-jwt-verify in its `authenticate`. Only verifies. */

const verify = verifyAccessToken(() => new Response(null, { status: 401 }) as unknown as Error);
const server = new FastMCP({
  name: 'bench',
  version: '1.0.0',
  authenticate: (request) =>
    verify(String(request.headers.authorization ?? '').slice('Bearer '.length)),
});
for (const name of toolNames)
  server.addTool({
    name,
    description,
    parameters: inputSchema,
    execute: async ({ text }) => text,
  });
await server.start({
  transportType: 'httpStream',
  httpStream: {
    port,
    host: '127.0.0.1',
    endpoint: '/mcp',
    stateless: true,
    enableJsonResponse: true,
  },
});
