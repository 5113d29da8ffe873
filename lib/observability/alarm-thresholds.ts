/**
 * When alarms ring. Starting values, not measurements of your traffic: see docs/observability.md for
 * what to look at before changing one.
 */
export interface AlarmThresholds {
  /**
   * Answers 5xx in five minutes.
   *
   * @default 5
   */
  readonly serverErrors?: number;
  /**
   * 99th percentile of a call's duration, in milliseconds.
   *
   * @default 5000
   */
  readonly callDuration?: number;
  /**
   * Requests that the firewall blocks in five minutes.
   *
   * @default 5000
   */
  readonly blockedRequests?: number;
  /**
   * Access tokens of the whole fleet that are malformed or have a wrong signature, in five minutes.
   *
   * @default 200
   */
  readonly invalidTokens?: number;
  /**
   * Client registrations of the whole fleet in an hour.
   *
   * @default 100
   */
  readonly registrations?: number;
  /**
   * Share of allowed calls among those with an access token below which something is wrong.
   *
   * @default 0.5
   */
  readonly acceptanceRatio?: number;
  /**
   * Calls with an access token in five minutes below which their share says nothing.
   *
   * @default 20
   */
  readonly acceptanceCalls?: number;
}

export const defaultThresholds: Required<AlarmThresholds> = {
  serverErrors: 5,
  callDuration: 5000,
  blockedRequests: 5000,
  invalidTokens: 200,
  registrations: 100,
  acceptanceRatio: 0.5,
  acceptanceCalls: 20,
};

/** What is wrong with them, in words; empty if all is well. */
export const thresholdProblems = (thresholds: AlarmThresholds): readonly string[] =>
  Object.entries(thresholds).flatMap(([name, value]) => {
    const isRatio = name === 'acceptanceRatio';
    const isFine = value === undefined || (value > 0 && (!isRatio || value < 1));
    const allowed = isRatio ? 'between 0 and 1' : 'above 0';
    return isFine ? [] : [`'thresholds.${name}' must be ${allowed}, got ${value}`];
  });
