import type { Rng } from './rng.ts';

/** Draws distinct numbers by lot, step by step: a Fisher–Yates shuffle that stops when enough are drawn. */
export class DistinctDraw {
  /** A permutation; any will do as the start of the next draw, so it is never put back in order. */
  #numbers = new Int32Array(0);

  /**
   * One number in [0, count), none of those drawn in this series before.
   * @param step 0 begins a new series; the n-th draw of a series has step n - 1, below `count`
   */
  next(step: number, count: number, rng: Rng): number {
    if (this.#numbers.length !== count) this.#numbers = Int32Array.from({ length: count }, (_, number) => number);
    const from = step + rng.below(count - step);
    const numbers = this.#numbers;
    const drawn = numbers[from] as number;
    numbers[from] = numbers[step] as number;
    numbers[step] = drawn;
    return drawn;
  }
}
