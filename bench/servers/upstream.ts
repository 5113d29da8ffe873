import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { answerOf, description, inputSchema } from './echo.ts';
import { port, toolNames } from './settings.ts';

/** Somebody's MCP server without any authentication: what a guard stands in front of. */

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'bench', version: '1.0.0' });
  for (const name of toolNames)
    server.registerTool(name, { description, inputSchema }, ({ text }) => answerOf(text));
  return server;
});
const serve = toNodeHandler(handler);
createServer((request, response) => void serve(request, response)).listen(port, '127.0.0.1');
