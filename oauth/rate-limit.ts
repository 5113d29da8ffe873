import type { Rejection } from './rejection.ts';

/**
 * RFC 6585 §4: how often is too often. Calls are counted in windows that begin with the first call,
 * because a window is one number per key that several processes can share. The price: around the
 * end of a window, up to twice the limit can pass in a short time. Pure: counts are passed in.
 */

export interface RateLimit {
  readonly calls: number;
  readonly seconds: number;
}

/** What is counted: see {@link RateLimits}. */
export type LimitName = 'address' | 'principal' | 'tenant' | 'client' | 'tool';

/** Limits of one server. `null` switches one off. */
export interface RateLimits {
  /** Per client address, before authentication; IPv6 per /64. Whole offices share an address. */
  readonly address: RateLimit | null;
  /** Per subject of an issuer. */
  readonly principal: RateLimit | null;
  readonly tenant: RateLimit | null;
  /** Per OAuth client. Behind the broker all people share one, so this is off by default. */
  readonly client: RateLimit | null;
  /** Per tool and principal, for the tools named here. */
  readonly tools: Readonly<Record<string, RateLimit>>;
  /** Calls under way in this process, for everybody and for one principal. */
  readonly concurrentCalls: number;
  readonly concurrentCallsOfPrincipal: number;
}

/** 50 calls a second from an office, 10 a second for minutes on end from a person or a machine. */
export const defaultRateLimits: RateLimits = {
  address: { calls: 3000, seconds: 60 },
  principal: { calls: 600, seconds: 60 },
  tenant: { calls: 30_000, seconds: 60 },
  client: null,
  tools: {},
  concurrentCalls: 1000,
  concurrentCallsOfPrincipal: 50,
};

/** The calls of one key in its current window. */
export interface CallCount {
  readonly calls: number;
  /** Until the window ends. */
  readonly remainingMs: number;
}

/** One more call, or several at once, in the window that is open or in a new one. */
export const countCalls = (
  window: { readonly startedAt: number; readonly calls: number } | undefined,
  { seconds }: RateLimit,
  { now, cost }: { readonly now: number; readonly cost: number },
): { readonly startedAt: number; readonly calls: number } =>
  // A clock that was set back must not keep a window open for as long as it was off.
  window && now >= window.startedAt && now < window.startedAt + seconds * 1000
    ? { startedAt: window.startedAt, calls: window.calls + cost }
    : { startedAt: now, calls: cost };

/**
 * The refusal that a count calls for, if any. Only the call that crosses the limit is put on record:
 * whoever is over it anyway must not be able to fill the log.
 */
export const rateRejection = (
  name: LimitName,
  limit: RateLimit,
  { calls, remainingMs, cost }: CallCount & { readonly cost: number },
): Rejection | undefined => {
  if (calls <= limit.calls) return undefined;
  return {
    reason: 'rate_exceeded',
    retryAfterSeconds: Math.max(1, Math.ceil(remainingMs / 1000)),
    isOnRecord: calls - cost > limit.calls,
    evidence: { limit: name, calls: limit.calls, seconds: limit.seconds },
  };
};
