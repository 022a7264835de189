import { type HeapEntry, IndexedHeap } from './indexed-heap.ts';
import { LoadSets, MOST_IN_A_SET } from './load-sets.ts';
import type { Rng } from './rng.ts';
import type { Candidate } from './strategy.ts';

/** An origin among those of its weight with as many requests in flight. */
interface Member extends HeapEntry {
  readonly candidate: Candidate;
  level: Level;
  /** Its place in the lab's order. */
  readonly tie: number;
  /** Minus smooth weighted round robin's current weight, which the largest comes first of, plus its level's `offset`. */
  key: number;
}

/** All origins of one weight that have the same number of requests in flight: a tie breaks among whole levels. */
class Level {
  readonly ladder: Ladder;
  readonly inFlight: number;
  /** What every member's current weight has grown by: each pick among them adds the weight to all, and so to none. */
  offset = 0;
  /** The largest current weight first, then the lab's order. */
  readonly members = new IndexedHeap<Member>();

  constructor(ladder: Ladder, inFlight: number) {
    this.ladder = ladder;
    this.inFlight = inFlight;
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
  readonly levels: Level[] = [];
  /** Index of the lowest level with a member. */
  #lowest = 0;

  constructor(weight: number) {
    this.weight = weight;
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
  readonly #members = new Map<Candidate, Member>();
  /** Current weights by name, as they were before the last `follow`. */
  readonly #left = new Map<string, number>();
  readonly #tied: Level[] = [];
  /** Chosen last, and not at its new place in its level's heap yet: as a rule it leaves for the next level at once. */
  #chosen: Member | undefined;
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
    this.#chosen = undefined;
    for (const [name, current] of this.#sets?.currents() ?? []) this.#left.set(name, current);
    for (const { candidate, key, level } of this.#members.values()) {
      this.#left.set(candidate.name, level.offset - key);
    }
    const names = new Set(all.map(({ name }) => name));
    for (const name of this.#left.keys()) if (!names.has(name)) this.#left.delete(name);
    this.#members.clear();
    this.#ladders = [];
    const few = available.length > 0 && available.length <= this.#few;
    this.#sets = few ? new LoadSets(available, ({ name }) => this.#left.get(name) ?? 0) : undefined;
    if (few) return;
    for (const [order, candidate] of available.entries()) {
      const level = this.#levelOf(candidate);
      const member = { candidate, level, tie: order, key: -(this.#left.get(candidate.name) ?? 0), place: 0 };
      this.#members.set(candidate, member);
      level.members.add(member);
    }
  }

  /** To be told after each change of the origin's requests in flight. */
  changed(candidate: Candidate): void {
    if (this.#sets !== undefined) this.#sets.changed(candidate);
    else this.#moved(candidate);
  }

  #moved(candidate: Candidate): void {
    const chosen = this.#chosen;
    const member = chosen?.candidate === candidate ? chosen : this.#members.get(candidate);
    if (member !== chosen || member?.level.inFlight === candidate.inFlight) this.#settle();
    if (member === undefined || member.level.inFlight === candidate.inFlight) return;
    this.#chosen = undefined;
    const before = member.level;
    before.members.remove(member);
    // Other weights come with another array of origins, and so with `follow`.
    member.level = before.ladder.at(candidate.inFlight);
    member.key += member.level.offset - before.offset;
    member.level.members.add(member);
  }

  /** The least loaded; those tied take turns by weight. */
  inTurn(): Candidate | undefined {
    return this.#sets === undefined ? this.#inTurnOfLevels() : this.#sets.inTurn();
  }

  #inTurnOfLevels(): Candidate | undefined {
    this.#settle();
    const tied = this.#lowestLevels();
    const only = tied.length === 1 ? tied[0] : undefined;
    if (only?.size === 1) return only.members.first?.candidate;
    let total = 0;
    let best: Member | undefined;
    let bestCurrent = 0;
    for (const level of tied) {
      level.offset += level.weight;
      total += level.weight * level.size;
      const { first } = level.members;
      if (first === undefined) continue;
      const current = level.offset - first.key;
      if (best && (current < bestCurrent || (current === bestCurrent && first.tie > best.tie))) continue;
      best = first;
      bestCurrent = current;
    }
    if (best === undefined) return undefined;
    best.key += total;
    this.#chosen = best;
    return best.candidate;
  }

  /** The least loaded; one of those tied by lot. */
  byLot(rng: Rng): Candidate | undefined {
    const tied = this.#lowestLevels();
    let drawn = rng.below(tied.reduce((sum, { size }) => sum + size, 0));
    for (const { members, size } of tied) {
      if (drawn < size) return members.at(drawn)?.candidate;
      drawn -= size;
    }
    return undefined;
  }

  /** The one chosen last stays in its level after all. */
  #settle(): void {
    this.#chosen?.level.members.moved(this.#chosen);
    this.#chosen = undefined;
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

  #levelOf({ weight, inFlight }: Candidate): Level {
    const of = this.#byWeight ? weight : 1;
    let ladder = this.#ladders.find((each) => each.weight === of);
    if (ladder === undefined) {
      ladder = new Ladder(of);
      this.#ladders.push(ladder);
    }
    return ladder.at(inFlight);
  }
}
