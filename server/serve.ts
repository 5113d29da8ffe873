import { parseServerConfig } from './config.ts';
import type { McpApplication } from './mcp/application.ts';
import type { McpBackend } from './mcp/backend.ts';
import { servedBackend } from './mcp/served-backend.ts';
import { type ServeOptions, serveWith } from './serve-with.ts';
import type { RunningServer } from './start-server.ts';

/**
 * Runs a server for the rest of the process: configuration from the environment, keys fetched and
 * warm, listening, security events on standard output, and on SIGTERM or SIGINT a drain: no new
 * connections, calls in flight finish, streams end with a result, exit 0.
 *
 * What is wrong with the configuration goes to standard error in plain words, all of it at once,
 * and the process exits with 1.
 *
 * Every request has passed the whole pipeline before a handler runs: access token (RFC 9068 §4,
 * RFC 8707 §2; 401), access policy (RFC 6750 §3.1; 403 with a challenge), tenant (403).
 *
 * @example
 * await serve({ name: 'clock', version: '1.0.0', tools: [now] });
 */
export const serve = (
  served: McpApplication | McpBackend,
  { config, ...options }: ServeOptions = {},
): Promise<RunningServer> =>
  serveWith(
    () => ({ backend: servedBackend(served), config: config ?? parseServerConfig() }),
    options,
  );
