import { type CallCount, countCalls, type RateLimit } from '../oauth/rate-limit.ts';

/** Counts calls by key. In one process, or for several: see {@link file://./shared-call-counter.ts}. */
export interface CallCounter {
  /** Counts `cost` more calls of `key`. Never rejects: limits must not become a way to stop the server. */
  readonly count: (key: string, limit: RateLimit, cost: number) => CallCount | Promise<CallCount>;
  readonly close: () => Promise<void>;
}

interface Window {
  readonly startedAt: number;
  readonly calls: number;
}

/** About 20 MB at worst. */
const maxKeys = 100_000;

/**
 * Counts in this process. Memory is bounded by two generations of keys: when the young one has half
 * of all places, it becomes the old one, and the old one is forgotten. A key that is counted again
 * is young again, so a flood of made-up keys pushes out what is idle and not who calls too often.
 */
export const createCallCounter = (
  now: () => number,
  { limitKeys = maxKeys }: { readonly limitKeys?: number } = {},
): CallCounter & { readonly size: () => number } => {
  let young = new Map<string, Window>();
  let old = new Map<string, Window>();
  const take = (key: string): Window | undefined => {
    const window = young.get(key) ?? old.get(key);
    if (window) old.delete(key);
    return window;
  };
  const put = (key: string, window: Window): void => {
    young.set(key, window);
    if (young.size < limitKeys / 2) return;
    old = young;
    young = new Map();
  };
  return {
    count: (key, limit, cost) => {
      const time = now();
      const window = countCalls(take(key), limit, { now: time, cost });
      put(key, window);
      return { calls: window.calls, remainingMs: window.startedAt + limit.seconds * 1000 - time };
    },
    close: async () => {
      young.clear();
      old.clear();
    },
    size: () => young.size + old.size,
  };
};
