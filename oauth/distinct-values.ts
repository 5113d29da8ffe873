/** The different values that were seen of late, the last few of them: networks, tools, tenants. */
export interface DistinctValues {
  /** Oldest first; short, so that looking through it is cheaper than hashing. */
  readonly values: string[];
  /** When each was last seen, milliseconds since the epoch. */
  readonly seenAt: number[];
}

/** The most that are remembered of one key: no threshold can be higher. */
export const maxDistinctValues = 16;

export const noValues = (): DistinctValues => ({ values: [], seenAt: [] });

const forget = ({ values, seenAt }: DistinctValues, index: number): void => {
  values.splice(index, 1);
  seenAt.splice(index, 1);
};

/** Adds a value, forgets those not seen for `windowSeconds`, and says how many are left. */
export const addValue = (
  distinct: DistinctValues,
  value: string,
  { time, windowSeconds }: { readonly time: number; readonly windowSeconds: number },
): number => {
  const { values, seenAt } = distinct;
  // Nearly always: the same again, and nothing else.
  if (values.length === 1 && values[0] === value) {
    seenAt[0] = time;
    return 1;
  }
  const index = values.indexOf(value);
  if (index >= 0) forget(distinct, index);
  values.push(value);
  seenAt.push(time);
  // In order of time, so the old ones stand in front.
  while (values.length > maxDistinctValues || (seenAt[0] as number) <= time - windowSeconds * 1000)
    forget(distinct, 0);
  return values.length;
};

export const removeValue = (distinct: DistinctValues, value: string): void => {
  const index = distinct.values.indexOf(value);
  if (index >= 0) forget(distinct, index);
};

/** For eviction: what forgetting these would lose. */
export const worthOfValues = (
  { values, seenAt }: DistinctValues,
  time: number,
  windowSeconds: number,
): number => ((seenAt.at(-1) ?? 0) <= time - windowSeconds * 1000 ? 0 : values.length);
