import { DURATION_BOUNDS, type DurationCounts } from './metrics.ts';

/** Durations since the start in a few fixed buckets, as metrics are collected; percentiles on screen have finer ones. */
export class DurationBuckets {
  readonly #counts = new Array<number>(DURATION_BOUNDS.length + 1).fill(0);
  #sum = 0;

  /** @param duration ms */
  record(duration: number): void {
    let bucket = 0;
    while (duration > (DURATION_BOUNDS[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += duration;
  }

  get data(): DurationCounts {
    return { counts: [...this.#counts], sum: this.#sum };
  }
}
