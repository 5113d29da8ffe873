import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { CallCount, RateLimit } from '../oauth/rate-limit.ts';
import type { CallCounter } from './call-counter.ts';

/**
 * Counts calls for all processes together, in Redis or Valkey. When the store is slow, down or
 * refuses, the local counter takes over within {@link timeoutMs}: limits get looser, calls go on.
 */

/** Longer than a store in the same region ever needs, shorter than anybody notices. */
const timeoutMs = 50;
/** For how long nobody asks a store that has just failed. */
const pauseMs = 1000;

export interface SharedCounterOptions {
  readonly local: CallCounter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The store has failed: from here on, limits are those of this process alone. */
  readonly onDegraded: (cause: string) => void;
  readonly onRestored: () => void;
}

const connect = (url: string): Redis => {
  const redis = new Redis(url, {
    connectTimeout: 2000,
    commandTimeout: timeoutMs,
    // A command fails at once when there is no connection: waiting is what the client would notice.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(2000, attempt * 100),
  });
  // Without a listener it would be printed; whether the store works is seen where it is used.
  redis.on('error', () => undefined);
  return redis;
};

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
 * Connects in the background; until the connection stands, counts are local. The store is asked
 * again a second after it failed, and each change of state is reported once.
 */
export const createSharedCallCounter = (
  url: string,
  { local, now, onDegraded, onRestored }: SharedCounterOptions,
): CallCounter & { readonly ready: () => Promise<void> } => {
  const redis = connect(url);
  const limiterOf = limiters(redis);
  let isDegraded = false;
  let pausedUntil = 0;
  const failed = (error: unknown): void => {
    pausedUntil = now() + pauseMs;
    if (isDegraded) return;
    isDegraded = true;
    onDegraded(error instanceof Error ? error.name : 'unknown');
  };
  const worked = (): void => {
    if (!isDegraded) return;
    isDegraded = false;
    onRestored();
  };
  return {
    count: async (key, limit, cost) => {
      if (now() < pausedUntil) return local.count(key, limit, cost);
      try {
        const count = await consume(limiterOf(limit), key, cost);
        worked();
        return count;
      } catch (error) {
        failed(error);
        return local.count(key, limit, cost);
      }
    },
    /** Waits for the first connection, for at most two seconds. */
    ready: async () => {
      if (redis.status === 'ready') return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 2000);
        redis.once('ready', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
    close: async () => {
      redis.disconnect();
      await local.close();
    },
  };
};
