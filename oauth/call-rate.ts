/** How often somebody calls, compared with how often they used to: calls a minute and their mean. */
export interface CallRate {
  /** Number of the open minute since the epoch. */
  minute: number;
  calls: number;
  /** Calls a minute over about an hour: an exponentially weighted moving mean. */
  mean: number;
  /** The minute in which the first call came. */
  readonly since: number;
}

const minuteMs = 60_000;
const hourInMinutes = 60;
const weight = 1 / hourInMinutes;

/** Minutes of history before anybody is judged: after a restart, everybody is new. */
const historyMinutes = 10;

export const noCalls = (time: number): CallRate => {
  const minute = Math.floor(time / minuteMs);
  return { minute, calls: 0, mean: 0, since: minute };
};

/** Within the first hour the mean is that of the minutes there were, or every start would be a burst. */
const closeMinute = (rate: CallRate): void => {
  const share = Math.max(weight, 1 / (rate.minute - rate.since + 1));
  rate.mean += (rate.calls - rate.mean) * share;
  rate.calls = 0;
  rate.minute += 1;
};

const advance = (rate: CallRate, minute: number): void => {
  const idle = minute - rate.minute - 1;
  if (idle < 0) return;
  closeMinute(rate);
  rate.mean *= (1 - weight) ** idle;
  rate.minute = minute;
};

/**
 * One more call; true when this minute has more than `least` calls and more than `times` the mean of
 * the hour before. False as long as there is no history to compare with.
 */
export const isBurst = (
  rate: CallRate,
  time: number,
  { least, times }: { readonly least: number; readonly times: number },
): boolean => {
  advance(rate, Math.floor(time / minuteMs));
  rate.calls += 1;
  const isKnown = rate.minute - rate.since >= historyMinutes;
  return isKnown && rate.calls > least && rate.calls > times * rate.mean;
};

/** For eviction: nobody who has been idle for an hour is worth remembering. */
export const worthOfRate = ({ minute, mean, calls }: CallRate, time: number): number =>
  Math.floor(time / minuteMs) - minute > hourInMinutes ? 0 : 1 + Math.floor(mean + calls);
