import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

/** A server as it was written for SDK v1, before there was any thought of this package. */
export const createServer = (): McpServer => {
  const server = new McpServer({ name: 'calculator', version: '1.0.0' });
  server.registerTool(
    'add',
    { description: 'Adds two numbers.', inputSchema: { a: z.number(), b: z.number() } },
    ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }),
  );
  server.registerTool('whoami', { description: 'Who is calling?' }, (extra) => ({
    content: [{ type: 'text', text: JSON.stringify(extra.authInfo) }],
  }));
  return server;
};
