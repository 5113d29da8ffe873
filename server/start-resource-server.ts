import type { ServerConfig } from './config.ts';
import type { McpApplication } from './mcp/application.ts';
import type { McpBackend } from './mcp/backend.ts';
import { servedBackend } from './mcp/served-backend.ts';
import type { ResourceServerDependencies } from './resource-server.ts';
import { type RunningServer, startServer } from './start-server.ts';

export interface StartOptions extends Omit<ResourceServerDependencies, 'backend'> {
  /** What is served: an application, or any other backend. */
  readonly application: McpApplication | McpBackend;
}

/**
 * Starts a complete resource server: keys warm, listening, on the record.
 * Does not handle signals and does not own the security log: `serve` does.
 */
export const startResourceServer = (
  config: ServerConfig,
  { application, ...dependencies }: StartOptions,
): Promise<RunningServer> =>
  startServer(config, { ...dependencies, backend: servedBackend(application) });
