import type { SecurityLog } from '../oauth/security-event.ts';
import { type CallCounter, createCallCounter } from './call-counter.ts';
import { type ChangeBus, createChangeBus } from './changes/change-bus.ts';
import type { ServerConfig } from './config.ts';
import type { FleetWindows } from './detections.ts';
import { recordServiceEvent } from './service-event.ts';

/** What several processes of a server have in common, if the configuration names a store for it. */
export interface SharedState {
  readonly callCounter?: CallCounter;
  readonly changeBus?: ChangeBus;
  readonly fleetWindows?: FleetWindows;
  /** Closes the store. The parts are closed by whoever uses them. */
  readonly close: () => void;
}

const alone: SharedState = { close: () => undefined };

/**
 * Waits for the store for two seconds at the most: it may come later. While it is not there, every
 * process is on its own, and says so in the log: `limits.degraded`, `notifications.degraded`,
 * `detections.degraded`.
 */
export const openSharedState = async (
  { sharedStore, resourceIdentifier, logPseudonymKey }: ServerConfig,
  {
    securityLog,
    now = Date.now,
  }: { readonly securityLog: SecurityLog; readonly now?: () => number },
): Promise<SharedState> => {
  if (sharedStore === undefined) return alone;
  // Loaded here, so that whoever does without pays nothing for it.
  const { createSharedCallCounter } = await import('./shared-call-counter.ts');
  const { createSharedChangeBus } = await import('./changes/shared-change-bus.ts');
  const { createFleetWindows } = await import('./fleet-windows.ts');
  const { openSharedStore } = await import('./shared-store.ts');
  const store = openSharedStore(sharedStore);
  const callCounter = createSharedCallCounter(store, {
    local: createCallCounter(now),
    now,
    onDegraded: (cause) => recordServiceEvent({ securityLog }, 'limits.degraded', { cause }),
    onRestored: () => recordServiceEvent({ securityLog }, 'limits.restored', {}),
  });
  const changeBus = createSharedChangeBus(store, {
    local: createChangeBus(),
    channel: `mcp-changes:${resourceIdentifier}`,
    onDegraded: (cause) => recordServiceEvent({ securityLog }, 'notifications.degraded', { cause }),
    onRestored: () => recordServiceEvent({ securityLog }, 'notifications.restored', {}),
  });
  const fleetWindows = createFleetWindows(store, {
    name: resourceIdentifier,
    // Without a key of the log, the address of the store, which holds the password where there is one.
    secret: logPseudonymKey ?? sharedStore,
    onDegraded: (cause) => recordServiceEvent({ securityLog }, 'detections.degraded', { cause }),
    onRestored: () => recordServiceEvent({ securityLog }, 'detections.restored', {}),
  });
  await store.ready();
  return { callCounter, changeBus, fleetWindows, close: store.close };
};
