import { byNumber } from './by-number.ts';
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
  lowest(): number {
    return this.#sets[this.#lowest] === 0 ? this.#climb() : this.#lowest;
  }

  at(inFlight: number): number {
    return this.#sets[inFlight] as number;
  }

  /** The set of those with the fewest. */
  fewest(): number {
    const set = this.#sets[this.#lowest] as number;
    return set === 0 ? this.at(this.#climb()) : set;
  }

  join(bit: number, inFlight: number): void {
    if (inFlight >= this.#sets.length) this.#makeRoom(inFlight);
    this.#sets[inFlight] = (this.#sets[inFlight] as number) | bit;
    // Its sign for all bits: a branch that no processor can foresee would cost more.
    const less = inFlight - this.#lowest;
    this.#lowest += less & (less >> 31);
  }

  move(bit: number, from: number, to: number): void {
    this.#sets[from] = (this.#sets[from] as number) & ~bit;
    this.join(bit, to);
  }

  #climb(): number {
    let lowest = this.#lowest;
    while (this.#sets[lowest] === 0) lowest++;
    this.#lowest = lowest;
    return lowest;
  }

  #makeRoom(inFlight: number): void {
    let capacity = this.#sets.length;
    while (capacity <= inFlight) capacity *= 2;
    const sets = new Int32Array(capacity);
    sets.set(this.#sets);
    this.#sets = sets;
  }
}

/** An origin in its ladder. */
interface Rung {
  readonly candidate: Candidate;
  readonly ladder: Ladder;
  /** Its place in a set. */
  readonly bit: number;
  readonly weight: number;
  /** Requests in flight, as far as it was told. */
  load: number;
  /** Smooth weighted round robin's current weight. */
  current: number;
}

/**
 * The least loaded of a few origins, as nginx's least_conn chooses it. Who has how many in flight is kept in sets that are
 * integers: a change is two bits, and those tied for the least are found at once. Loads are not compared one by one, which for a
 * processor, as it cannot foresee them, is what costs most; for more origins than fit see `LoadLevels`.
 */
export class LoadSets {
  readonly #ladders: Ladder[] = [];
  readonly #rungs: Rung[] = [];
  /** The same by number of the origin. */
  readonly #rungOf: readonly (Rung | undefined)[];

  /** @param candidates 1 to MOST_IN_A_SET. @param currentOf the current weight that one begins with */
  constructor(candidates: readonly Candidate[], currentOf: (candidate: Candidate) => number) {
    this.#rungOf = byNumber(candidates, (candidate, place) => {
      const { weight, inFlight } = candidate;
      const ladder = this.#ladderOf(weight);
      const rung = { candidate, ladder, bit: 1 << place, weight, load: inFlight, current: currentOf(candidate) };
      ladder.join(rung.bit, inFlight);
      this.#rungs.push(rung);
      return rung;
    });
  }

  /** Smooth weighted round robin's current weight of each. */
  currents(): ReadonlyMap<string, number> {
    return new Map(this.#rungs.map(({ candidate, current }) => [candidate.name, current]));
  }

  /** To be told after each change of the origin's requests in flight. */
  changed({ id, inFlight }: Candidate): void {
    const rung = id < this.#rungOf.length ? this.#rungOf[id] : undefined;
    if (rung === undefined) return;
    const { ladder, bit } = rung;
    ladder.move(bit, rung.load, inFlight);
    rung.load = inFlight;
  }

  /** The least loaded; those tied take turns by weight. */
  inTurn(): Candidate {
    const tied = this.#tied();
    return (tied & (tied - 1)) === 0 ? this.#rungAt(tied).candidate : this.#turn(tied);
  }

  /** The set of those with the least in flight for their weight. */
  #tied(): number {
    const first = this.#ladders[0] as Ladder;
    return this.#ladders.length === 1 ? first.fewest() : this.#tiedOfAll(first);
  }

  #tiedOfAll(first: Ladder): number {
    let least = first.lowest();
    let tied = first.at(least);
    let { weight } = first;
    for (let index = 1; index < this.#ladders.length; index++) {
      const ladder = this.#ladders[index] as Ladder;
      const lowest = ladder.lowest();
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

  /** Smooth weighted round robin among a set of at least two. @returns the one whose turn it is */
  #turn(tied: number): Candidate {
    const rungs = this.#rungs;
    // The lowest bit goes first: of those that are equal, the lab's first has its turn.
    let best = rungs[placeOf(tied & -tied)] as Rung;
    let bestCurrent = best.current + best.weight;
    let total = best.weight;
    best.current = bestCurrent;
    let left = tied & (tied - 1);
    do {
      const rung = rungs[placeOf(left & -left)] as Rung;
      const current = rung.current + rung.weight;
      rung.current = current;
      total += rung.weight;
      if (current > bestCurrent) {
        best = rung;
        bestCurrent = current;
      }
      left &= left - 1;
    } while (left !== 0);
    best.current = bestCurrent - total;
    return best.candidate;
  }

  #rungAt(bit: number): Rung {
    return this.#rungs[placeOf(bit)] as Rung;
  }

  #ladderOf(weight: number): Ladder {
    let ladder = this.#ladders.find((each) => each.weight === weight);
    if (ladder === undefined) {
      ladder = new Ladder(weight);
      this.#ladders.push(ladder);
    }
    return ladder;
  }
}

/** Of the only one in a set. */
function placeOf(bit: number): number {
  return 31 - Math.clz32(bit);
}
