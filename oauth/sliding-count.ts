/**
 * How many events in the last window, from two numbers: the count of the window that is open, and
 * that of the one before, weighed by how much of it still lies within reach. Windows are aligned to
 * the clock, so that several processes mean the same one.
 *
 * Guarantees: n events within one aligned window, or 2n - 1 within any span of its length, count for
 * at least n; and who counts for n had at least n events within two windows. Does not know where in
 * the previous window its events were.
 */
export interface SlidingCount {
  /** Number of the open window since the epoch. */
  window: number;
  current: number;
  previous: number;
  /** Seconds since the epoch: when the older of the two windows got its first event. */
  firstAt: number;
}

export const windowOf = (time: number, windowSeconds: number): number =>
  Math.floor(time / (windowSeconds * 1000));

export const startOfWindow = (time: number, windowSeconds: number): number =>
  windowOf(time, windowSeconds) * windowSeconds * 1000;

export const emptyCount = (time: number, windowSeconds: number): SlidingCount => ({
  window: windowOf(time, windowSeconds),
  current: 0,
  previous: 0,
  firstAt: Math.floor(time / 1000),
});

/** Moves to the window of `time`. A clock that went back stays in the window it was in. */
const advance = (count: SlidingCount, time: number, windowSeconds: number): void => {
  const passed = windowOf(time, windowSeconds) - count.window;
  if (passed <= 0) return;
  count.previous = passed === 1 ? count.current : 0;
  count.current = 0;
  count.window += passed;
  count.firstAt =
    count.previous > 0 ? Math.max(count.firstAt, startOfPrevious(count, windowSeconds)) : 0;
};

const startOfPrevious = ({ window }: SlidingCount, windowSeconds: number): number =>
  (window - 1) * windowSeconds;

/** Events within the last window, not a whole number. */
export const countedIn = (count: SlidingCount, time: number, windowSeconds: number): number => {
  advance(count, time, windowSeconds);
  const elapsed = time / (windowSeconds * 1000) - count.window;
  const reach = Math.min(1, Math.max(0, 1 - elapsed));
  return count.current + count.previous * reach;
};

/** One more event; the count that it makes. */
export const countOne = (count: SlidingCount, time: number, windowSeconds: number): number => {
  advance(count, time, windowSeconds);
  if (count.current + count.previous === 0) count.firstAt = Math.floor(time / 1000);
  count.current += 1;
  return countedIn(count, time, windowSeconds);
};

/** For eviction: what forgetting this count would lose. */
export const worthOfCount = (
  { window, current, previous }: SlidingCount,
  time: number,
  windowSeconds: number,
): number => {
  const passed = windowOf(time, windowSeconds) - window;
  if (passed > 1) return 0;
  return passed === 1 ? current : current + previous;
};
