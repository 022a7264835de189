import { rowInterval } from './confidence.ts';

/** Batches are merged in pairs when there are this many, so there always are at least half of them. */
const MOST_BATCHES = 64;

/**
 * The confidence interval of a mean from one long run. Neighbouring answer times are alike (a queue that is long stays long for
 * a while), so their plain variance would make the interval too narrow; means of long batches are nearly independent, and what they
 * still have in common (near full load, a lot) is taken into account. Batches grow with the run. (Law and Kelton, Simulation Modeling
 * and Analysis, ch. 9.5.3; Fishman's doubling of batch sizes.)
 */
export class BatchMeans {
  readonly #sums = new Float64Array(MOST_BATCHES);
  #batches = 0;
  #size = 1;
  #filled = 0;

  add(value: number): void {
    this.#sums[this.#batches] = (this.#sums[this.#batches] as number) + value;
    if (++this.#filled < this.#size) return;
    this.#filled = 0;
    if (++this.#batches === MOST_BATCHES) this.#merge();
  }

  /** The bounds of the 95 % interval of the mean; undefined where the run is too short to tell. */
  interval(): readonly [number, number] | undefined {
    if (this.#batches < MOST_BATCHES / 2) return undefined;
    const means = Array.from({ length: this.#batches }, (_, batch) => (this.#sums[batch] as number) / this.#size);
    return rowInterval(means);
  }

  #merge(): void {
    const sums = this.#sums;
    for (let batch = 0; batch < MOST_BATCHES / 2; batch++) {
      sums[batch] = (sums[2 * batch] as number) + (sums[2 * batch + 1] as number);
    }
    sums.fill(0, MOST_BATCHES / 2);
    this.#batches = MOST_BATCHES / 2;
    this.#size *= 2;
  }
}
