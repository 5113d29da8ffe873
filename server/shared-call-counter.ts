import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { CallCount, RateLimit } from '../oauth/rate-limit.ts';
import type { CallCounter } from './call-counter.ts';
import type { SharedStore } from './shared-store.ts';

/**
 * Counts calls for all processes together, in Redis or Valkey. When the store is slow, down or
 * refuses, the local counter takes over: limits get looser, calls go on.
 */

/** How long a store that did not answer is left alone before it is asked how it is. */
const pauseMs = 1000;

export interface SharedCounterOptions {
  readonly local: CallCounter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The store has failed: from here on, limits are those of this process alone. */
  readonly onDegraded: (cause: string) => void;
  readonly onRestored: () => void;
}

/** One limiter of the library per limit; it speaks to the store, and answers blocked keys from memory. */
const limiters = (redis: Redis) => {
  const known = new Map<string, RateLimiterRedis>();
  return ({ calls, seconds }: RateLimit): RateLimiterRedis => {
    const name = `${calls}/${seconds}`;
    const existing = known.get(name);
    if (existing) return existing;
    const limiter = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `mcp-limit:${name}`,
      points: calls,
      duration: seconds,
      rejectIfRedisNotReady: true,
    });
    known.set(name, limiter);
    return limiter;
  };
};

const countOf = ({ consumedPoints, msBeforeNext }: RateLimiterRes): CallCount => ({
  calls: consumedPoints,
  remainingMs: msBeforeNext,
});

/** Resolves with a count also when the limit is exceeded: whether it is, is not decided here. */
const consume = async (limiter: RateLimiterRedis, key: string, cost: number) => {
  try {
    return countOf(await limiter.consume(key, cost));
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return countOf(refusal);
    throw refusal;
  }
};

/**
 * Whether to count in the store. Somebody's count that failed is followed by a PING that nobody waits
 * for: a moment's hiccup, of the store or of this process, must not loosen limits for a second.
 */
const watchStore = (
  { commands }: SharedStore,
  { now, onDegraded, onRestored }: Omit<SharedCounterOptions, 'local'>,
) => {
  let isAvailable = true;
  let isDegraded = false;
  let isProbing = false;
  let pausedUntil = 0;
  const answered = (): void => {
    isAvailable = true;
    if (isDegraded) onRestored();
    isDegraded = false;
  };
  const silent = (error: unknown): void => {
    pausedUntil = now() + pauseMs;
    if (!isDegraded) onDegraded(error instanceof Error ? error.name : 'unknown');
    isDegraded = true;
  };
  const probe = async (): Promise<void> => {
    if (isProbing || now() < pausedUntil) return;
    isProbing = true;
    await commands.ping().then(answered, silent);
    isProbing = false;
  };
  return {
    isAvailable: (): boolean => {
      if (!isAvailable) void probe();
      return isAvailable;
    },
    failed: (): void => {
      isAvailable = false;
      void probe();
    },
  };
};

/**
 * Counts in the store; until its connection stands, and while it does not answer, counts are local.
 * A call waits for a store that hangs at most once. Each change of state is reported once.
 * Does not close the store.
 */
export const createSharedCallCounter = (
  store: SharedStore,
  { local, ...options }: SharedCounterOptions,
): CallCounter => {
  const limiterOf = limiters(store.commands);
  const watch = watchStore(store, options);
  return {
    count: async (key, limit, cost) => {
      if (!watch.isAvailable()) return local.count(key, limit, cost);
      try {
        return await consume(limiterOf(limit), key, cost);
      } catch {
        watch.failed();
        return local.count(key, limit, cost);
      }
    },
    close: () => local.close(),
  };
};
