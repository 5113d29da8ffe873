/** Where a server has enough: the rate that it still holds, found by offering more and more. Pure. */

export interface Step {
  /** Calls a second that came, whether or not the ones before were answered. */
  readonly rate: number;
  readonly offered: number;
  readonly answered: number;
  /** Refused, broken or wrong. */
  readonly failed: number;
  /** Milliseconds from the moment a call came, those that were never answered included. */
  readonly p50: number;
  readonly p99: number;
  /** Of the servers, all threads, in microseconds per answered call. */
  readonly cpu: number;
}

/** Nobody waits longer for a tool that does nothing. */
const longestWaitMs = 1000;
const leastAnswered = 0.99;

export const isSaturated = ({ offered, answered, failed, p99 }: Step): boolean =>
  failed > 0 || answered < offered * leastAnswered || p99 > longestWaitMs;

export interface Search {
  readonly from: number;
  /** How much more every step offers until there is too much. */
  readonly factor: number;
  /** The search ends when what was too much is at most this much more than what was held. */
  readonly precision: number;
  readonly mostSteps: number;
}

export interface Saturation {
  /** The highest rate that was held. */
  readonly rate: number;
  /** In order of their rates. */
  readonly steps: readonly Step[];
}

/**
 * Guarantees that `rate` was held and a rate within `precision` above it was not. Throws when the
 * first step is too much already, or the last one still is not.
 */
export const findSaturation = async (
  probe: (rate: number) => Promise<Step>,
  { from, factor, precision, mostSteps }: Search,
): Promise<Saturation> => {
  const steps: Step[] = [];
  let held = 0;
  let tooMuch = Number.POSITIVE_INFINITY;
  let rate = from;
  while (tooMuch > held * (1 + precision)) {
    if (steps.length === mostSteps) throw new Error(`not saturated after ${mostSteps} steps`);
    const step = await probe(rate);
    steps.push(step);
    if (isSaturated(step)) tooMuch = rate;
    else held = rate;
    if (held === 0) throw new Error(`${from} calls a second are too much already`);
    rate = Math.round(
      tooMuch === Number.POSITIVE_INFINITY ? held * factor : Math.sqrt(held * tooMuch),
    );
  }
  return { rate: held, steps: steps.toSorted((one, other) => one.rate - other.rate) };
};

/** vCPUs in use. */
export const usedBy = ({ answered, offered, rate, cpu }: Step): number =>
  ((rate * answered) / offered) * (cpu / 1e6);

/**
 * The rate at which so many vCPUs are in use, on a straight line between the two steps around it: a
 * call is dearer when it comes alone than in a crowd, so this is no multiple of the saturation.
 */
export const rateUsing = (vcpus: number, steps: readonly Step[]): number => {
  const next = steps.findIndex((step) => usedBy(step) >= vcpus);
  const above = steps[next];
  if (!above) throw new Error(`no step used ${vcpus} vCPUs`);
  const below = steps[next - 1];
  const [rate, used] = below ? [below.rate, usedBy(below)] : [0, 0];
  return rate + ((vcpus - used) / (usedBy(above) - used)) * (above.rate - rate);
};
