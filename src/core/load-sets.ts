import type { Candidate } from './strategy.ts';

/** As many as a set, an integer of 32 bits, can hold without its sign. */
export const MOST_IN_A_SET = 31;

/** Numbers in flight that there is room for at first; it grows by doubling. */
const FIRST_CAPACITY = 16;

/** The origins of one weight: for each number in flight the set of those that have so many, a bit for each. */
class Ladder {
  readonly weight: number;
  #sets = new Int32Array(FIRST_CAPACITY);
  /** No origin has fewer in flight. */
  #lowest = 0;

  constructor(weight: number) {
    this.weight = weight;
  }

  /** The fewest in flight that any of its origins has; there is always one. */
  get lowest(): number {
    while (this.#sets[this.#lowest] === 0) this.#lowest++;
    return this.#lowest;
  }

  at(inFlight: number): number {
    return this.#sets[inFlight] as number;
  }

  join(bit: number, inFlight: number): void {
    while (inFlight >= this.#sets.length) this.#grow();
    this.#sets[inFlight] = (this.#sets[inFlight] as number) | bit;
    if (inFlight < this.#lowest) this.#lowest = inFlight;
  }

  leave(bit: number, inFlight: number): void {
    this.#sets[inFlight] = (this.#sets[inFlight] as number) & ~bit;
  }

  #grow(): void {
    const sets = new Int32Array(this.#sets.length * 2);
    sets.set(this.#sets);
    this.#sets = sets;
  }
}

/**
 * The least loaded of a few origins, as nginx's least_conn chooses it. Who has how many in flight is kept in sets that are
 * integers: a change is two bits, and those tied for the least are found at once. Loads are not compared one by one, which for a
 * processor, as it cannot foresee them, is what costs most; for more origins than fit see `LoadLevels`.
 */
export class LoadSets {
  readonly candidates: readonly Candidate[];
  /** Smooth weighted round robin's current weight of each. */
  readonly currents: Float64Array;
  readonly #weights: Float64Array;
  readonly #ladders: Ladder[] = [];
  readonly #ladderOf: readonly Ladder[];
  /** By number of the origin its place in `candidates`; -1: it has none. */
  readonly #places: Int32Array;
  /** Requests in flight, as far as it was told. */
  readonly #loads: Int32Array;

  /** @param candidates 1 to MOST_IN_A_SET. @param currentOf the current weight that one begins with */
  constructor(candidates: readonly Candidate[], currentOf: (candidate: Candidate) => number) {
    this.candidates = candidates;
    this.currents = Float64Array.from(candidates, currentOf);
    this.#weights = Float64Array.from(candidates, ({ weight }) => weight);
    this.#loads = Int32Array.from(candidates, ({ inFlight }) => inFlight);
    this.#places = new Int32Array(Math.max(...candidates.map(({ id }) => id)) + 1).fill(-1);
    this.#ladderOf = candidates.map(({ id, weight, inFlight }, place) => {
      this.#places[id] = place;
      const ladder = this.#ladders.find((each) => each.weight === weight) ?? new Ladder(weight);
      if (!this.#ladders.includes(ladder)) this.#ladders.push(ladder);
      ladder.join(1 << place, inFlight);
      return ladder;
    });
  }

  /** To be told after each change of the origin's requests in flight. */
  changed({ id, inFlight }: Candidate): void {
    const place = id < this.#places.length ? (this.#places[id] as number) : -1;
    if (place < 0) return;
    const ladder = this.#ladderOf[place] as Ladder;
    ladder.leave(1 << place, this.#loads[place] as number);
    ladder.join(1 << place, inFlight);
    this.#loads[place] = inFlight;
  }

  /** The least loaded; those tied take turns by weight. */
  inTurn(): Candidate | undefined {
    const tied = this.#tied();
    return this.candidates[(tied & (tied - 1)) === 0 ? placeOf(tied) : this.#turn(tied)];
  }

  /** The set of those with the least in flight for their weight. */
  #tied(): number {
    const [first] = this.#ladders as [Ladder];
    let least = first.lowest;
    let tied = first.at(least);
    let { weight } = first;
    for (let index = 1; index < this.#ladders.length; index++) {
      const ladder = this.#ladders[index] as Ladder;
      const { lowest } = ladder;
      // a/b < c/d as a·d < c·b: equal ratios compare as equal, which divisions would round apart.
      const one = lowest * weight;
      const other = least * ladder.weight;
      if (one > other) continue;
      tied = (one === other ? tied : 0) | ladder.at(lowest);
      least = lowest;
      weight = ladder.weight;
    }
    return tied;
  }

  /** Smooth weighted round robin among a set. @returns the place of the one whose turn it is */
  #turn(tied: number): number {
    const { currents } = this;
    const weights = this.#weights;
    let total = 0;
    let best = 0;
    let bestCurrent = Number.NEGATIVE_INFINITY;
    // The lowest bit goes first: of those that are equal, the lab's first has its turn.
    for (let left = tied; left !== 0; left &= left - 1) {
      const place = placeOf(left & -left);
      const weight = weights[place] as number;
      const current = (currents[place] as number) + weight;
      currents[place] = current;
      total += weight;
      if (current > bestCurrent) {
        best = place;
        bestCurrent = current;
      }
    }
    currents[best] = bestCurrent - total;
    return best;
  }
}

/** Of the only one in a set. */
function placeOf(bit: number): number {
  return 31 - Math.clz32(bit);
}
