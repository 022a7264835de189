import type { Candidate } from './strategy.ts';

/**
 * The least loaded of a few origins by looking at all of them, as nginx's least_conn does. Nothing has to be kept in order while
 * requests come and go, which for a few is the cheaper way; for many see `LoadLevels`.
 */
export class LoadScan {
  readonly candidates: readonly Candidate[];
  /** Smooth weighted round robin's current weight of each. */
  readonly currents: Float64Array;
  readonly #weights: Float64Array;
  readonly #areEqual: boolean;
  /** Requests in flight of each, as this choice finds them. */
  readonly #loads: Int32Array;
  /** Indices of those with the least in flight for their weight. */
  readonly #tied: Int32Array;

  /** @param currentOf the current weight that a candidate begins with */
  constructor(candidates: readonly Candidate[], currentOf: (candidate: Candidate) => number) {
    this.candidates = candidates;
    this.currents = Float64Array.from(candidates, currentOf);
    this.#weights = Float64Array.from(candidates, ({ weight }) => weight);
    this.#areEqual = candidates.every(({ weight }) => weight === candidates[0]?.weight);
    this.#loads = new Int32Array(candidates.length);
    this.#tied = new Int32Array(candidates.length);
  }

  /** The least loaded; those tied take turns by weight. */
  inTurn(): Candidate | undefined {
    const count = this.#areEqual ? this.#findLeast() : this.#findLeastForWeight();
    return this.candidates[count > 1 ? this.#turn(count) : (this.#tied[0] as number)];
  }

  /**
   * Fills `#tied` where all weights are equal. Without a branch that depends on loads: no processor can foresee those, and each
   * wrong guess costs as much as looking at several origins.
   * @returns how many are tied
   */
  #findLeast(): number {
    const { candidates } = this;
    const loads = this.#loads;
    const tied = this.#tied;
    let least = 0x3fffffff;
    for (let index = 0; index < candidates.length; index++) {
      const { inFlight } = candidates[index] as Candidate;
      loads[index] = inFlight;
      const less = inFlight - least;
      least += less & (less >> 31);
    }
    let count = 0;
    for (let index = 0; index < loads.length; index++) {
      tied[count] = index;
      // The sign bit of -1 where it is the least, of 0 or more where it is not.
      count += ((loads[index] as number) - least - 1) >>> 31;
    }
    return count;
  }

  /** Fills `#tied` where weights differ. @returns how many are tied */
  #findLeastForWeight(): number {
    const { candidates } = this;
    const weights = this.#weights;
    const tied = this.#tied;
    let count = 0;
    let least = Number.POSITIVE_INFINITY;
    let leastWeight = 1;
    for (let index = 0; index < candidates.length; index++) {
      const { inFlight } = candidates[index] as Candidate;
      const weight = weights[index] as number;
      // a/b < c/d as a·d < c·b: equal ratios compare as equal, which divisions would round apart.
      const one = inFlight * leastWeight;
      const other = least * weight;
      if (one > other) continue;
      if (one < other) {
        count = 0;
        least = inFlight;
        leastWeight = weight;
      }
      tied[count++] = index;
    }
    return count;
  }

  /** Smooth weighted round robin among the first so many of `#tied`. @returns the index whose turn it is */
  #turn(count: number): number {
    const { currents } = this;
    const weights = this.#weights;
    let total = 0;
    let best = 0;
    let bestCurrent = Number.NEGATIVE_INFINITY;
    for (let place = 0; place < count; place++) {
      const index = this.#tied[place] as number;
      const weight = weights[index] as number;
      const current = (currents[index] as number) + weight;
      currents[index] = current;
      total += weight;
      if (current > bestCurrent) {
        best = index;
        bestCurrent = current;
      }
    }
    currents[best] = bestCurrent - total;
    return best;
  }
}
