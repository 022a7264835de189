import { byNumber } from './by-number.ts';
import { HeapEntries, IndexedHeap } from './indexed-heap.ts';
import { LoadSets, MOST_IN_A_SET } from './load-sets.ts';
import type { Rng } from './rng.ts';
import type { Candidate } from './strategy.ts';

/** All origins of one weight that have the same number of requests in flight: a tie breaks among whole levels. */
class Level {
  readonly ladder: Ladder;
  readonly inFlight: number;
  /** What every member's current weight has grown by: each pick among them adds the weight to all, and so to none. */
  offset = 0;
  /** Numbers of the origins: the largest current weight first, then the lab's order. */
  readonly members: IndexedHeap;

  constructor(ladder: Ladder, inFlight: number) {
    this.ladder = ladder;
    this.inFlight = inFlight;
    this.members = new IndexedHeap(ladder.entries);
  }

  get weight(): number {
    return this.ladder.weight;
  }

  get size(): number {
    return this.members.size;
  }
}

/** The levels of one weight. */
class Ladder {
  readonly weight: number;
  readonly entries: HeapEntries;
  readonly levels: Level[] = [];
  /** Index of the lowest level with a member. */
  #lowest = 0;

  constructor(weight: number, entries: HeapEntries) {
    this.weight = weight;
    this.entries = entries;
  }

  at(inFlight: number): Level {
    while (this.levels.length <= inFlight) this.levels.push(new Level(this, this.levels.length));
    if (inFlight < this.#lowest) this.#lowest = inFlight;
    return this.levels[inFlight] as Level;
  }

  get lowest(): Level | undefined {
    const { levels } = this;
    while (this.#lowest < levels.length && (levels[this.#lowest] as Level).size === 0) this.#lowest++;
    return this.#lowest < levels.length ? levels[this.#lowest] : undefined;
  }
}

/** Of no origin. */
const NONE = -1;

/**
 * Origins by requests in flight per weight, so that the least of many is found without looking at all: one ladder per weight, on
 * it one level per number in flight. A tie is exactly nginx's least_conn: smooth weighted round robin among those tied.
 */
export class LoadLevels {
  readonly #byWeight: boolean;
  readonly #few: number;
  /** Instead of ladders while there are few origins. */
  #sets: LoadSets | undefined;
  #ladders: Ladder[] = [];
  /**
   * By number of the origin: minus smooth weighted round robin's current weight, which the largest comes first of, plus its level's
   * `offset`; and its place in the lab's order.
   */
  readonly #entries = new HeapEntries();
  /** Where each is, by its number. */
  #levelOf: (Level | undefined)[] = [];
  #candidates: (Candidate | undefined)[] = [];
  /** Current weights by name, as they were before the last `follow`. */
  readonly #left = new Map<string, number>();
  readonly #tied: Level[] = [];
  /** Number of the one chosen last, which is not at its new place in its level's heap yet: as a rule it leaves for the next level at once. */
  #chosen = NONE;
  #available: readonly Candidate[] = [];

  /**
   * @param byWeight whether twice the weight may have twice as many in flight
   * @param few up to so many origins are kept in sets
   */
  constructor(byWeight: boolean, few = MOST_IN_A_SET) {
    this.#byWeight = byWeight;
    // A lot among those tied needs them in levels.
    this.#few = byWeight ? few : 0;
  }

  /** Takes in who is available; costs nothing while both are the same arrays. */
  follow(all: readonly Candidate[], available: readonly Candidate[]): void {
    if (available !== this.#available) this.#take(all, available);
  }

  #take(all: readonly Candidate[], available: readonly Candidate[]): void {
    this.#available = available;
    this.#chosen = NONE;
    for (const [name, current] of this.#sets?.currents() ?? []) this.#left.set(name, current);
    const { keys } = this.#entries;
    this.#levelOf.forEach((level, id) => {
      const name = this.#candidates[id]?.name;
      if (level !== undefined && name !== undefined) this.#left.set(name, level.offset - (keys[id] as number));
    });
    const names = new Set(all.map(({ name }) => name));
    for (const name of this.#left.keys()) if (!names.has(name)) this.#left.delete(name);
    this.#levelOf = [];
    this.#ladders = [];
    const few = available.length > 0 && available.length <= this.#few;
    this.#sets = few ? new LoadSets(available, ({ name }) => this.#left.get(name) ?? 0) : undefined;
    if (!few) this.#fill(available);
  }

  #fill(available: readonly Candidate[]): void {
    this.#candidates = byNumber(available, (candidate) => candidate);
    this.#entries.makeRoom(this.#candidates.length);
    const { keys, ties } = this.#entries;
    this.#levelOf = byNumber(available, (candidate, order) => {
      keys[candidate.id] = -(this.#left.get(candidate.name) ?? 0);
      ties[candidate.id] = order;
      const level = this.#levelFor(candidate);
      level.members.add(candidate.id);
      return level;
    });
  }

  /** To be told after each change of the origin's requests in flight. */
  changed(candidate: Candidate): void {
    if (this.#sets !== undefined) this.#sets.changed(candidate);
    else this.#moved(candidate);
  }

  #moved(candidate: Candidate): void {
    const { id, inFlight } = candidate;
    const before = id < this.#levelOf.length && this.#candidates[id] === candidate ? this.#levelOf[id] : undefined;
    if (id !== this.#chosen || before?.inFlight === inFlight) this.#settle();
    if (before === undefined || before.inFlight === inFlight) return;
    this.#chosen = NONE;
    before.members.remove(id);
    // Other weights come with another array of origins, and so with `follow`.
    const level = before.ladder.at(inFlight);
    this.#levelOf[id] = level;
    const { keys } = this.#entries;
    keys[id] = (keys[id] as number) + (level.offset - before.offset);
    level.members.add(id);
  }

  /** The least loaded; those tied take turns by weight. */
  inTurn(): Candidate | undefined {
    return this.#sets === undefined ? this.#inTurnOfLevels() : this.#sets.inTurn();
  }

  #inTurnOfLevels(): Candidate | undefined {
    this.#settle();
    const tied = this.#lowestLevels();
    const { keys, ties } = this.#entries;
    const only = tied.length === 1 ? tied[0] : undefined;
    if (only?.size === 1) return this.#candidates[only.members.first];
    let total = 0;
    let best = NONE;
    let bestCurrent = 0;
    for (const level of tied) {
      level.offset += level.weight;
      total += level.weight * level.size;
      const { first } = level.members;
      const current = level.offset - (keys[first] as number);
      const isBehind =
        current < bestCurrent || (current === bestCurrent && (ties[first] as number) > (ties[best] as number));
      if (best !== NONE && isBehind) continue;
      best = first;
      bestCurrent = current;
    }
    if (best === NONE) return undefined;
    keys[best] = (keys[best] as number) + total;
    this.#chosen = best;
    return this.#candidates[best];
  }

  /** The least loaded; one of those tied by lot. */
  byLot(rng: Rng): Candidate | undefined {
    const tied = this.#lowestLevels();
    let drawn = rng.below(tied.reduce((sum, { size }) => sum + size, 0));
    for (const { members, size } of tied) {
      if (drawn < size) return this.#candidates[members.at(drawn)];
      drawn -= size;
    }
    return undefined;
  }

  /** The one chosen last stays in its level after all. */
  #settle(): void {
    if (this.#chosen === NONE) return;
    this.#levelOf[this.#chosen]?.members.moved(this.#chosen);
    this.#chosen = NONE;
  }

  /** Those with the least in flight for their weight: one level of each weight at most. */
  #lowestLevels(): readonly Level[] {
    const tied = this.#tied;
    let count = 0;
    for (const ladder of this.#ladders) {
      const level = ladder.lowest;
      if (level === undefined) continue;
      const least = count === 0 ? undefined : (tied[0] as Level);
      // a/b < c/d as a·d < c·b: equal ratios compare as equal, which divisions would round apart.
      const order = least === undefined ? -1 : level.inFlight * least.weight - least.inFlight * level.weight;
      if (order < 0) count = 0;
      if (order <= 0) tied[count++] = level;
    }
    if (tied.length !== count) tied.length = count;
    return tied;
  }

  #levelFor({ weight, inFlight }: Candidate): Level {
    const of = this.#byWeight ? weight : 1;
    let ladder = this.#ladders.find((each) => each.weight === of);
    if (ladder === undefined) {
      ladder = new Ladder(of, this.#entries);
      this.#ladders.push(ladder);
    }
    return ladder.at(inFlight);
  }
}
