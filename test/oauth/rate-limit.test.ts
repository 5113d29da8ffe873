import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCalls, defaultRateLimits, rateRejection } from '../../oauth/rate-limit.ts';

const limit = { calls: 3, seconds: 10 };

describe('countCalls', () => {
  it('opens a window with the first call and a new one when it is over', () => {
    const first = countCalls(undefined, limit, { now: 1000, cost: 1 });
    expect(first).toEqual({ startedAt: 1000, calls: 1 });
    expect(countCalls(first, limit, { now: 10_999, cost: 2 })).toEqual({
      startedAt: 1000,
      calls: 3,
    });
    expect(countCalls(first, limit, { now: 11_000, cost: 1 })).toEqual({
      startedAt: 11_000,
      calls: 1,
    });
  });

  it('opens a new window when the clock was set back, because the old one would never end', () => {
    const window = { startedAt: 1_000_000, calls: 99 };
    expect(countCalls(window, limit, { now: 500, cost: 1 })).toEqual({ startedAt: 500, calls: 1 });
  });

  it('never lets more than the limit through within one window, whatever the order of calls', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9_999 }), { maxLength: 60 }), (offsets) => {
        let window: { startedAt: number; calls: number } | undefined = { startedAt: 0, calls: 0 };
        let allowed = 0;
        for (const now of offsets.sort((a, b) => a - b)) {
          window = countCalls(window, limit, { now, cost: 1 });
          const count = { calls: window.calls, remainingMs: 1, cost: 1 };
          if (!rateRejection('principal', limit, count)) allowed += 1;
        }
        expect(allowed).toBe(Math.min(3, offsets.length));
      }),
    );
  });
});

describe('rateRejection', () => {
  const refusal = (calls: number, cost = 1, remainingMs = 2500) =>
    rateRejection('tool', limit, { calls, cost, remainingMs });

  it('lets the last permitted call pass and refuses the next', () => {
    expect(refusal(3)).toBeUndefined();
    expect(refusal(4)).toEqual({
      reason: 'rate_exceeded',
      retryAfterSeconds: 3,
      isOnRecord: false,
      evidence: { limit: 'tool', calls: 3, seconds: 10 },
    });
  });

  it('is on record from the second refusal on, also when a batch crosses the limit', () => {
    expect(refusal(5)?.isOnRecord).toBe(true);
    expect(refusal(20, 20)?.isOnRecord).toBe(false);
    expect(refusal(21, 17)?.isOnRecord).toBe(true);
  });

  it('never asks anybody to come back in zero seconds, because then they all do', () => {
    expect(refusal(4, 1, 0)?.retryAfterSeconds).toBe(1);
    expect(refusal(4, 1, -50)?.retryAfterSeconds).toBe(1);
  });
});

it('defaults let an office of 200 people work behind one address, each with 15 calls a minute', () => {
  expect(defaultRateLimits.address?.calls).toBeGreaterThanOrEqual(200 * 15);
  expect(defaultRateLimits.client).toBeNull();
});
