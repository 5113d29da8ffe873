/**
 * How many values were how large, in bounded memory: logarithmic buckets four per cent wide, and the
 * largest value as it is. For durations in milliseconds, from zero to a day.
 */

const growth = Math.log(1.04);
const largestBucket = Math.ceil(Math.log(86_400_000) / growth) + 1;

const bucketOf = (value: number): number =>
  value < 1 ? 0 : Math.min(largestBucket, 1 + Math.floor(Math.log(value) / growth));

/** The geometric middle of a bucket, with three significant digits. */
const middleOf = (bucket: number): number =>
  bucket === 0 ? 0 : Number(Math.exp((bucket - 0.5) * growth).toPrecision(3));

export class Distribution {
  #buckets = new Map<number, number>();
  #largest = 0;
  count = 0;

  add(value: number): void {
    if (!Number.isFinite(value) || value < 0) return;
    const bucket = bucketOf(value);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#largest = Math.max(this.#largest, value);
    this.count += 1;
  }

  /**
   * At most `limit` values that stand for all of them: evenly spaced quantiles, each within two per
   * cent, the last one the largest value itself. Of more values than `limit`, so few keep every
   * percentile and neither the number nor the sum.
   */
  summary(limit: number): readonly number[] {
    const size = Math.min(limit, this.count);
    const buckets = [...this.#buckets].sort(([left], [right]) => left - right);
    const values: number[] = [];
    let seen = 0;
    for (const [bucket, count] of buckets) {
      seen += count;
      while (values.length < size && ((values.length + 0.5) / size) * this.count <= seen)
        values.push(Math.min(middleOf(bucket), this.#largest));
    }
    if (values.length > 0) values[values.length - 1] = this.#largest;
    return values;
  }
}
