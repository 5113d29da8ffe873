import { type SecurityLog, securityEvent } from '../oauth/security-event.ts';
import { type CallCounter, createCallCounter } from './call-counter.ts';
import type { ServerConfig } from './config.ts';
import { type Listener, listen } from './listener.ts';
import { createResourceServer, type ResourceServerDependencies } from './resource-server.ts';

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** Calls and streams under way. */
  readonly openCalls: () => number;
  /**
   * Drains: the health check turns red, for `delayMs` calls are still taken while load balancers look
   * away, then no new connections; calls in flight finish, streams are ended, connections closed.
   */
  close(options?: { readonly delayMs?: number; readonly drainMs?: number }): Promise<void>;
}

const lifecycleEvent = (
  securityLog: SecurityLog,
  name: 'service.started' | 'service.stopping' | 'limits.degraded' | 'limits.restored',
  evidence: Readonly<Record<string, string>>,
): void => {
  const correlationId = crypto.randomUUID().replaceAll('-', '');
  const context = { time: Date.now(), correlationId, component: 'resource-server' } as const;
  securityLog.record(securityEvent(name, context, { evidence }));
};

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Counts for all processes when the configuration names a store, else for this one. */
const openCallCounter = async (
  { sharedStore }: ServerConfig,
  { securityLog, now = Date.now }: ResourceServerDependencies,
): Promise<CallCounter> => {
  const local = createCallCounter(now);
  if (sharedStore === undefined) return local;
  // Loaded here, so that whoever does without pays nothing for it.
  const { createSharedCallCounter } = await import('./shared-call-counter.ts');
  const { openSharedStore } = await import('./shared-store.ts');
  const store = openSharedStore(sharedStore);
  const shared = createSharedCallCounter(store, {
    local,
    now,
    onDegraded: (cause) => lifecycleEvent(securityLog, 'limits.degraded', { cause }),
    onRestored: () => lifecycleEvent(securityLog, 'limits.restored', {}),
  });
  await store.ready();
  return {
    count: shared.count,
    close: async () => {
      store.close();
      await shared.close();
    },
  };
};

/**
 * Starts a complete resource server: keys warm, listening, on the record.
 * Does not handle signals and does not own the security log: see main.ts.
 */
export const startResourceServer = async (
  config: ServerConfig,
  dependencies: ResourceServerDependencies,
): Promise<RunningServer> => {
  const { securityLog, onFault } = dependencies;
  const callCounter = dependencies.callCounter ?? (await openCallCounter(config, dependencies));
  const server = createResourceServer(config, { ...dependencies, callCounter });
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
    openCalls: server.openCalls,
    close: async ({ delayMs = config.shutdownDelayMs ?? 0, drainMs = 20_000 } = {}) => {
      lifecycleEvent(securityLog, 'service.stopping', { resourceIdentifier, version });
      server.announceStop();
      listener.announceClose();
      await delay(delayMs);
      const drained = listener.close(drainMs);
      // Half of the time is for calls in flight; then streams, which never end by themselves, end.
      await Promise.race([drained, delay(drainMs / 2)]);
      await server.close();
      await drained;
    },
  };
};
