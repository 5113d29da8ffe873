import type { Change } from './change.ts';

/**
 * Carries changes to whoever listens: in this process, or in all of them
 * ({@link file://./shared-change-bus.ts}). Notifications are hints: none is promised to arrive, and
 * the same one twice in a moment may arrive once.
 */
export interface ChangeBus {
  /** Never throws and never waits: a change that cannot be told must not fail the call that made it. */
  readonly publish: (change: Change) => void;
  /** The result ends it. */
  readonly subscribe: (listener: (change: Change) => void) => () => void;
  readonly close: () => Promise<void>;
}

/** In this process. A listener that throws is its own problem. */
export const createChangeBus = (): ChangeBus => {
  const listeners = new Set<(change: Change) => void>();
  return {
    publish: (change) => {
      for (const listener of [...listeners])
        try {
          listener(change);
        } catch {
          // The others have to hear of it all the same.
        }
    },
    subscribe: (listener) => {
      // Wrapped, because the same function may listen twice and leave once.
      const own = (change: Change) => listener(change);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    close: async () => listeners.clear(),
  };
};
