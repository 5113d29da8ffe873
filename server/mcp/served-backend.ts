import type { McpApplication } from './application.ts';
import type { McpBackend } from './backend.ts';
import { applicationBackend } from './handler.ts';

/**
 * What somebody wants to be served, as a backend. Nobody in front of it imports this file: a guard's
 * image has no use for the MCP SDK, which is half a megabyte.
 */
export const servedBackend = (served: McpApplication | McpBackend): McpBackend =>
  'open' in served ? served : applicationBackend(served);
