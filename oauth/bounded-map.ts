/**
 * A map that holds at most `limit` entries, for keys that an attacker can make up.
 */
export interface BoundedMap<Value> {
  readonly get: (key: string) => Value | undefined;
  /** @param time milliseconds since the epoch, for judging what others are worth */
  readonly set: (key: string, value: Value, time: number) => void;
  readonly delete: (key: string) => void;
  readonly size: () => number;
  /** Entries that were worth something and had to go. */
  readonly evictions: () => number;
}

/** How many of the oldest entries are looked at before one has to go. */
const candidates = 8;

interface Candidate<Value> {
  readonly entry: readonly [string, Value];
  readonly price: number;
}

/**
 * Guarantees: memory is bounded; when the map is full, one of the oldest entries goes, and of those
 * the one worth least. A flood of new keys is worth 1 each and pushes itself out, so a key that
 * counts for more stays: eviction cannot be used to make somebody forget.
 *
 * @param limit at least 8
 * @param worth 0: expired, may go at once; 1: seen once; more: dearer
 */
export const createBoundedMap = <Value>(
  limit: number,
  worth: (value: Value, time: number) => number,
): BoundedMap<Value> => {
  const map = new Map<string, Value>();
  // Kept between calls: everything before it has been deleted, so it always stands at the oldest.
  let oldest = map.entries();
  let evictions = 0;

  const nextOldest = (): [string, Value] | undefined => {
    const { value, done } = oldest.next();
    if (!done) return value;
    oldest = map.entries();
    return oldest.next().value;
  };

  /** Back to the end of the queue. */
  const spare = ([key, value]: readonly [string, Value]): void => {
    map.delete(key);
    map.set(key, value);
  };

  /** The oldest ones, up to the first that is cheap enough. */
  const cheapest = (time: number): Candidate<Value>[] => {
    const looked: Candidate<Value>[] = [];
    while (looked.length < candidates) {
      const entry = nextOldest();
      if (!entry) break;
      const price = worth(entry[1], time);
      looked.push({ entry, price });
      if (price <= 1) break;
    }
    return looked.sort((one, other) => one.price - other.price);
  };

  const evict = (time: number): void => {
    const [least, ...others] = cheapest(time);
    if (!least) return;
    map.delete(least.entry[0]);
    if (least.price > 0) evictions += 1;
    for (const { entry } of others) spare(entry);
  };

  return {
    get: (key) => map.get(key),
    set: (key, value, time) => {
      if (map.size >= limit && !map.has(key)) evict(time);
      map.set(key, value);
    },
    delete: (key) => {
      map.delete(key);
    },
    size: () => map.size,
    evictions: () => evictions,
  };
};
