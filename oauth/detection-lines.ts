import { createBoundedMap } from './bounded-map.ts';
import { type CallRate, isBurst, noCalls, worthOfRate } from './call-rate.ts';
import type { DetectionLineSetting } from './detection-settings.ts';
import {
  addValue,
  type DistinctValues,
  noValues,
  removeValue,
  worthOfValues,
} from './distinct-values.ts';
import {
  countedIn,
  countOne,
  emptyCount,
  type SlidingCount,
  worthOfCount,
} from './sliding-count.ts';

/** The four ways in which events add up to a finding. Each holds bounded state, one entry per key. */

/** Enough was counted. */
export interface Tally {
  readonly events: number;
  /** Milliseconds since the epoch: not before this was anything counted. */
  readonly firstAt: number;
  /** How many of them are new since the last report. @default - 1 */
  readonly added?: number;
  /** Other figures for the evidence. */
  readonly counts?: Readonly<Record<string, number | string>>;
}

export interface Line {
  /** Counts one event; `undefined` as long as it is not enough. */
  readonly count: (key: string, time: number, value: string) => Tally | undefined;
  /** The same key did what an attacker would not: its event weakens the suspicion. */
  readonly relieve?: (key: string, time: number, value: string) => void;
  readonly size: () => number;
  readonly evictions: () => number;
}

const firstAtOf = ({ firstAt }: SlidingCount): number => firstAt * 1000;

/** `threshold` events of one key in the window. */
export const countLine = (
  { threshold, windowSeconds }: DetectionLineSetting,
  limitKeys: number,
): Line => {
  const counts = createBoundedMap<SlidingCount>(limitKeys, (count, time) =>
    worthOfCount(count, time, windowSeconds),
  );
  return {
    count: (key, time) => {
      // One is enough: nothing has to be remembered.
      if (threshold === 1) return { events: 1, firstAt: time };
      const known = counts.get(key);
      const count = known ?? emptyCount(time, windowSeconds);
      if (!known) counts.set(key, count, time);
      const events = countOne(count, time, windowSeconds);
      return events >= threshold
        ? { events: Math.round(events), firstAt: firstAtOf(count) }
        : undefined;
    },
    size: counts.size,
    evictions: counts.evictions,
  };
};

/** `threshold` different values of one key, each seen in the window. */
export const distinctLine = (
  { threshold, windowSeconds }: DetectionLineSetting,
  limitKeys: number,
): Line => {
  const seen = createBoundedMap<DistinctValues>(limitKeys, (values, time) =>
    worthOfValues(values, time, windowSeconds),
  );
  return {
    count: (key, time, value) => {
      const known = seen.get(key);
      const distinct = known ?? noValues();
      if (!known) seen.set(key, distinct, time);
      const different = addValue(distinct, value, { time, windowSeconds });
      if (different < threshold) return undefined;
      const firstAt = distinct.seenAt[0] ?? time;
      return { events: different, firstAt, counts: { distinct: different } };
    },
    relieve: (key, _time, value) => {
      if (seen.size() === 0) return;
      const distinct = seen.get(key);
      if (distinct) removeValue(distinct, value);
    },
    size: seen.size,
    evictions: seen.evictions,
  };
};

interface Share {
  readonly bad: SlidingCount;
  readonly good: SlidingCount;
}

/** `threshold` events of one key in the window, that are more than `ratio` of all it sent. */
export const shareLine = (
  { threshold, windowSeconds, ratio }: DetectionLineSetting & { readonly ratio: number },
  limitKeys: number,
): Line => {
  const shares = createBoundedMap<Share>(limitKeys, ({ bad }, time) =>
    worthOfCount(bad, time, windowSeconds),
  );
  const empty = (time: number): Share => ({
    bad: emptyCount(time, windowSeconds),
    good: emptyCount(time, windowSeconds),
  });
  return {
    count: (key, time) => {
      const known = shares.get(key);
      const share = known ?? empty(time);
      if (!known) shares.set(key, share, time);
      const bad = countOne(share.bad, time, windowSeconds);
      if (bad < threshold) return undefined;
      const good = countedIn(share.good, time, windowSeconds);
      if (bad <= ratio * (bad + good)) return undefined;
      return { events: Math.round(bad), firstAt: firstAtOf(share.bad) };
    },
    relieve: (key, time) => {
      if (shares.size() === 0) return;
      const share = shares.get(key);
      if (share) countOne(share.good, time, windowSeconds);
    },
    size: shares.size,
    evictions: shares.evictions,
  };
};

/** More than `threshold` calls in a minute, and more than `ratio` times the mean of the hour. */
export const burstLine = (
  { threshold, ratio }: DetectionLineSetting & { readonly ratio: number },
  limitKeys: number,
): Line => {
  const rates = createBoundedMap<CallRate>(limitKeys, worthOfRate);
  return {
    count: (key, time) => {
      const known = rates.get(key);
      const rate = known ?? noCalls(time);
      if (!known) rates.set(key, rate, time);
      if (!isBurst(rate, time, { least: threshold, times: ratio })) return undefined;
      const counts = { usualPerMinute: Math.round(rate.mean * 10) / 10 };
      return { events: rate.calls, firstAt: rate.minute * 60_000, counts };
    },
    size: rates.size,
    evictions: rates.evictions,
  };
};
