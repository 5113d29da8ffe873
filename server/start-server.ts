import { type SecurityLog, securityEvent } from '../oauth/security-event.ts';
import type { ServerConfig } from './config.ts';
import { type Listener, listen } from './listener.ts';
import { createResourceServer, type ResourceServerDependencies } from './resource-server.ts';

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** Drains: no new connections, calls in flight finish, streams are ended, connections closed. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

const lifecycleEvent = (
  securityLog: SecurityLog,
  name: 'service.started' | 'service.stopping',
  evidence: Readonly<Record<string, string>>,
): void => {
  const correlationId = crypto.randomUUID().replaceAll('-', '');
  const context = { time: Date.now(), correlationId, component: 'resource-server' } as const;
  securityLog.record(securityEvent(name, context, { evidence }));
};

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

/**
 * Starts a complete resource server: keys warm, listening, on the record.
 * Does not handle signals and does not own the security log: see main.ts.
 */
export const startResourceServer = async (
  config: ServerConfig,
  dependencies: ResourceServerDependencies,
): Promise<RunningServer> => {
  const { securityLog, onFault } = dependencies;
  const server = createResourceServer(config, dependencies);
  await server.warm();
  const listener: Listener = await listen(server.handle, {
    host: config.host,
    port: config.port,
    onFault: (fault) => onFault?.(fault, 'none'),
  });
  const { resourceIdentifier, version } = config;
  lifecycleEvent(securityLog, 'service.started', { resourceIdentifier, version });
  return {
    host: listener.host,
    port: listener.port,
    close: async ({ drainMs = 20_000 } = {}) => {
      lifecycleEvent(securityLog, 'service.stopping', { resourceIdentifier, version });
      const drained = listener.close(drainMs);
      // Half of the time is for calls in flight; then streams, which never end by themselves, end.
      await Promise.race([drained, delay(drainMs / 2)]);
      await server.close();
      await drained;
    },
  };
};
