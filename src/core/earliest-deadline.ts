import { Makeup } from './makeup.ts';
import { OriginMemory } from './origin-memory.ts';
import type { Candidate, SharedTurns } from './strategy.ts';

/** Where its numbers are among those that threads share. */
const CLOCK = 0;
const MAKEUP = 1;
const DEADLINE = 0;
const ORDER = 1;

interface Entry {
  /** On the schedule's own clock; NaN: not in it yet. */
  deadline: number;
  /** Of two that are due at once, the one that was put in first goes first. */
  order: number;
}

/**
 * Earliest deadline first, as Envoy's and Traefik's weighted round robin go: whoever is due first gets the turn, the schedule's clock
 * moves on to its deadline, and it is due again 1 / weight later. The weight is looked at only then, as in Envoy.
 */
export class EarliestDeadline {
  readonly #weightOf: (candidate: Candidate) => number;
  #entries = new OriginMemory<Entry>(() => ({ deadline: Number.NaN, order: 0 }));
  readonly #makeup = new Makeup();
  #clock = 0;
  #added = 0;

  /** @param weightOf above 0 */
  constructor(weightOf: (candidate: Candidate) => number) {
    this.#weightOf = weightOf;
  }

  /** The next of `candidates` in turn; undefined when there is none. */
  pick(candidates: readonly Candidate[]): Candidate | undefined {
    let first: Candidate | undefined;
    let firstEntry: Entry | undefined;
    for (const candidate of candidates) {
      const entry = this.#entries.of(candidate);
      if (Number.isNaN(entry.deadline)) this.#add(candidate, entry);
      // One that was away while it was due does not get all the turns it missed.
      else if (entry.deadline < this.#clock) entry.deadline = this.#clock;
      if (firstEntry && !isBefore(entry, firstEntry)) continue;
      first = candidate;
      firstEntry = entry;
    }
    if (first === undefined || firstEntry === undefined) return undefined;
    this.#clock = firstEntry.deadline;
    this.#add(first, firstEntry);
    return first;
  }

  /** How long until the origin is due, in turns of weight 1, as far as is known without giving it one. */
  waitOf(candidate: Candidate): number {
    const { deadline } = this.#entries.peek(candidate);
    return Number.isNaN(deadline) ? 1 / this.#weightOf(candidate) : Math.max(0, deadline - this.#clock);
  }

  /** Begins a new schedule where origins or weights are others; costs nothing while `all` is the same array. */
  follow(all: readonly Candidate[]): void {
    if (this.#makeup.isNew(all)) this.#begin();
  }

  /** Goes on where other threads have come to, who follow the same schedule. */
  takeOver(turns: SharedTurns, all: readonly Candidate[]): void {
    if (this.#makeup.isNewToAll(all, turns.common(MAKEUP))) {
      this.#begin();
      return;
    }
    this.#clock = turns.common(CLOCK);
    this.#added = 0;
    this.#entries.follow(all);
    for (const candidate of all) {
      const entry = this.#entries.of(candidate);
      entry.deadline = turns.of(candidate, DEADLINE) || Number.NaN;
      entry.order = turns.of(candidate, ORDER);
      this.#added = Math.max(this.#added, entry.order + 1);
    }
  }

  handOver(turns: SharedTurns, all: readonly Candidate[]): void {
    turns.setCommon(MAKEUP, this.#makeup.current);
    turns.setCommon(CLOCK, this.#clock);
    for (const candidate of all) {
      const { deadline, order } = this.#entries.of(candidate);
      // One that is in the schedule is due after its beginning.
      turns.set(candidate, DEADLINE, deadline || 0);
      turns.set(candidate, ORDER, order);
    }
  }

  #begin(): void {
    this.#entries = new OriginMemory<Entry>(() => ({ deadline: Number.NaN, order: 0 }));
    this.#clock = 0;
    this.#added = 0;
  }

  #add(candidate: Candidate, entry: Entry): void {
    entry.deadline = this.#clock + 1 / this.#weightOf(candidate);
    entry.order = this.#added++;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.deadline < other.deadline || (one.deadline === other.deadline && one.order < other.order);
}
