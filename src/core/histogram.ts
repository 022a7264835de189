/** What a histogram holds, also after it was copied between threads; enough to be merged. */
interface HistogramData {
  readonly counts: Uint32Array;
  readonly count: number;
  /** ms. */
  readonly sum: number;
  /** ms; NaN when empty. */
  readonly min: number;
  /** ms; NaN when empty. */
  readonly max: number;
}

/** ms. */
const LOWEST = 0.01;
/** ms; ten minutes. */
const HIGHEST = 600_000;
/** Buckets of equal width per doubling are 2 to this power. */
const SUB_BITS = 6;
const SUBS = 1 << SUB_BITS;
/** ms: the width of the narrowest buckets. */
const UNIT = LOWEST / SUBS;

/** Number of buckets: one below 0.01 ms and 64 for each doubling from there to 10 min. */
const BUCKETS = bucketOf(HIGHEST) + 1;

/**
 * Counts of times in ms in fixed log-linear buckets, so that any two histograms can be merged without loss: bucket 0 holds
 * all below 0.01 ms, then each doubling has 64 buckets of equal width, and the last one holds all from 10 min on. A
 * bucket is at most 1/64 as wide as the values in it are large, so a quantile is off by at most 0.8 %. Count, mean,
 * smallest and largest value are exact. Recording reads the bucket off the bits of the number, about ten operations.
 */
export class Histogram implements HistogramData {
  readonly counts = new Uint32Array(BUCKETS);
  count = 0;
  sum = 0;
  min = Number.NaN;
  max = Number.NaN;

  /** @param value ms; below 0 and NaN count as 0 */
  record(value: number): void {
    // Written so that NaN counts as 0.
    const time = value > 0 ? value : 0;
    const bucket = bucketOf(time);
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.count++;
    this.sum += time;
    // Written so that NaN, the extremes of nothing, gives way.
    if (!(time >= this.min)) this.min = time;
    if (!(time <= this.max)) this.max = time;
  }

  /** Adds everything the other holds. */
  merge(other: HistogramData): void {
    if (other.count === 0) return;
    const last = bucketOf(other.max);
    for (let bucket = bucketOf(other.min); bucket <= last; bucket++) {
      this.counts[bucket] = (this.counts[bucket] ?? 0) + (other.counts[bucket] ?? 0);
    }
    this.count += other.count;
    this.sum += other.sum;
    if (!(other.min >= this.min)) this.min = other.min;
    if (!(other.max <= this.max)) this.max = other.max;
  }

  /** ms; NaN when empty. */
  get mean(): number {
    return this.sum / this.count;
  }

  /**
   * The value (ms) that a share `q` (0–1) of the values do not exceed (nearest rank); NaN when empty.
   */
  quantile(q: number): number {
    if (this.count === 0) return Number.NaN;
    const rank = Math.min(this.count, Math.max(1, Math.ceil(q * this.count - 1e-9)));
    // The extremes are known exactly, the rest by their bucket.
    if (rank === 1) return this.min;
    if (rank === this.count) return this.max;
    let seen = 0;
    for (let bucket = bucketOf(this.min); bucket < BUCKETS; bucket++) {
      seen += this.counts[bucket] ?? 0;
      if (seen >= rank) {
        const { from, to } = bucketBounds(bucket);
        return Math.min(this.max, Math.max(this.min, (from + to) / 2));
      }
    }
    return this.max;
  }

  /** The share (0–1) of the values above `limit` (ms), off by at most the bucket that `limit` is in; NaN when empty. */
  shareAbove(limit: number): number {
    let above = 0;
    for (let bucket = bucketOf(Math.max(0, limit)) + 1; bucket < BUCKETS; bucket++) above += this.counts[bucket] ?? 0;
    return above / this.count;
  }

  reset(): void {
    this.counts.fill(0);
    this.count = 0;
    this.sum = 0;
    this.min = Number.NaN;
    this.max = Number.NaN;
  }
}

/** The values (ms) that a bucket holds: from `from` up to but without `to`; the last one also holds all above. */
export function bucketBounds(bucket: number): { readonly from: number; readonly to: number } {
  return { from: bucket === 0 ? 0 : bucketStart(bucket), to: bucketStart(bucket + 1) };
}

function bucketStart(bucket: number): number {
  const doubling = (bucket - 1) >> SUB_BITS;
  return (SUBS + ((bucket - 1) & (SUBS - 1))) * 2 ** doubling * UNIT;
}

function bucketOf(time: number): number {
  if (time < LOWEST) return 0;
  // SUBS for the lowest time, less than 2^32 for the highest.
  const units = (Math.min(time, HIGHEST) / UNIT) >>> 0;
  const doubling = 31 - SUB_BITS - Math.clz32(units);
  // `| 0` says that all of this is small: else engines look at each sum whether it is.
  return ((doubling << SUB_BITS) + (units >>> doubling) - SUBS + 1) | 0;
}
