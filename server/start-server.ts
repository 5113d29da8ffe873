import { createHash } from 'node:crypto';
import { keyMark } from '../oauth/log-privacy.ts';
import type { Change } from './changes/change.ts';
import type { ServerConfig } from './config.ts';
import { type Listener, listen } from './listener.ts';
import { logPrivacyWith } from './log-privacy.ts';
import { createResourceServer, type ResourceServerDependencies } from './resource-server.ts';
import { recordServiceEvent } from './service-event.ts';
import { openSharedState } from './shared-state.ts';

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** Tells listeners of a change, in every process: for what changes outside of a call. */
  readonly publish: (change: Change) => void;
  /** Calls and streams under way. */
  readonly openCalls: () => number;
  /**
   * Drains: the health check turns red, for `delayMs` calls are still taken while load balancers look
   * away, then no new connections; calls in flight finish, streams are ended, connections closed.
   */
  close(options?: { readonly delayMs?: number; readonly drainMs?: number }): Promise<void>;
}

/** Two processes with the same digest do the same. Secrets are no part of it. */
const configurationDigest = (config: ServerConfig): string => {
  const { sharedStore: _, logPseudonymKey: __, revocationFeed: ___, ...known } = config;
  return createHash('sha256').update(JSON.stringify(known)).digest('hex').slice(0, 16);
};

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Starts a complete resource server: keys warm, listening, on the record.
 * Does not handle signals and does not own the security log.
 */
export const startServer = async (
  config: ServerConfig,
  dependencies: ResourceServerDependencies,
): Promise<RunningServer> => {
  const { securityLog, onFault } = dependencies;
  const { close: closeShared, ...shared } = await openSharedState(config, dependencies);
  const server = createResourceServer(config, { ...shared, ...dependencies });
  await server.warm();
  const listener: Listener = await listen(server.answer, {
    host: config.host,
    port: config.port,
    onFault: (fault) => onFault?.(fault, 'none'),
  });
  const { resourceIdentifier, version } = config;
  recordServiceEvent({ securityLog }, 'service.configured', {
    version,
    configuration: configurationDigest(config),
    ...keyMark(logPrivacyWith(config.logPseudonymKey)),
  });
  recordServiceEvent({ securityLog }, 'service.started', { resourceIdentifier, version });
  return {
    host: listener.host,
    port: listener.port,
    openCalls: server.openCalls,
    publish: server.publish,
    close: async ({ delayMs = config.shutdownDelayMs ?? 0, drainMs = 20_000 } = {}) => {
      recordServiceEvent({ securityLog }, 'service.stopping', { resourceIdentifier, version });
      server.announceStop();
      listener.announceClose();
      await delay(delayMs);
      const drained = listener.close(drainMs);
      await server.drain();
      // Half of the time is for calls in flight; what then still runs is told to stop.
      await Promise.race([drained, delay(drainMs / 2)]);
      await server.close();
      closeShared();
      await drained;
    },
  };
};
