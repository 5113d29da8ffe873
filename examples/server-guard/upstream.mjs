import { createServer } from 'node:http';
import { checkCallerIdentity, createReplayMemory } from './caller-identity.mjs';

/** The smallest MCP server that knows its callers: no SDK, no framework, one tool. */

const { PORT, CALLER_IDENTITY_SECRET: secret } = process.env;
const port = Number(PORT);
const url = `http://127.0.0.1:${port}/mcp`;
const isFirstUse = createReplayMemory();

const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'raw', version: '1.0.0' },
  }),
  'tools/list': () => ({ tools: [{ name: 'whoami', inputSchema: { type: 'object' } }] }),
  'tools/call': (_, caller) => ({
    content: [{ type: 'text', text: `${caller.sub} of ${caller.tenant}` }],
  }),
};

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const caller = checkCallerIdentity(request, body, { secret, url, isFirstUse });
  if (!caller) return response.writeHead(401).end();
  if (request.method !== 'POST') return response.writeHead(405).end();
  const { id, method, params } = JSON.parse(body);
  if (id === undefined) return response.writeHead(202).end();
  const result = answers[method]?.(params, caller);
  const outcome = result ? { result } : { error: { code: -32601, message: 'Method not found' } };
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }));
});

server.listen(port, '127.0.0.1', () => process.stderr.write(`listening at ${url}\n`));
