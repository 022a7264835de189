import type { Origin } from './origin.ts';
import type { OriginPool } from './origin-pool.ts';
import type { Candidate, LoadReport, Pool } from './strategy.ts';

/** An origin with the figures of the last refresh. */
class Snapshot implements Candidate {
  readonly origin: Origin;
  readonly name: string;
  readonly address: string;
  inFlight = 0;
  queued = 0;
  load: LoadReport | undefined;

  constructor(origin: Origin) {
    this.origin = origin;
    this.name = origin.name;
    this.address = origin.address;
    this.take();
  }

  get weight(): number {
    return this.origin.weight;
  }

  take(): void {
    this.inFlight = this.origin.inFlight;
    this.queued = this.origin.queued;
    this.load = this.origin.load;
  }
}

/**
 * The pool as a balancer sees it that learns of the origins' load only now and then: many balancers that share origins, or one
 * that is told by the origins. Who is available, it knows at once. (The periodic update model of Mitzenmacher, "How Useful Is Old
 * Information?", IEEE TPDS 2000.)
 */
export class StaleLoads implements Pool {
  /** ms between two refreshes. */
  readonly every: number;
  /** When (ms) the next refresh is due. */
  nextAt: number;
  readonly #pool: OriginPool;
  readonly #snapshots = new Map<Origin, Snapshot>();
  #source: { all: readonly Origin[]; available: readonly Origin[] | undefined } = { all: [], available: undefined };
  #all: readonly Snapshot[] = [];
  #available: readonly Snapshot[] = [];

  constructor(pool: OriginPool, every: number, now: number) {
    this.#pool = pool;
    this.every = every;
    this.nextAt = now + every;
    for (const origin of pool.all) this.of(origin);
  }

  get all(): readonly Candidate[] {
    const { all } = this.#pool;
    if (all !== this.#source.all) {
      this.#source.all = all;
      for (const origin of this.#snapshots.keys()) if (origin.removed) this.#snapshots.delete(origin);
      this.#all = all.map((origin) => this.of(origin));
    }
    return this.#all;
  }

  get available(): readonly Candidate[] {
    const { available } = this.#pool;
    if (available !== this.#source.available) {
      this.#source.available = available;
      this.#available = available.map((origin) => this.of(origin));
    }
    return this.#available;
  }

  isAvailable(candidate: Candidate): boolean {
    return (candidate as Snapshot).origin.available;
  }

  without(names: ReadonlySet<string>): Pool | undefined {
    const available = this.available.filter(({ name }) => !names.has(name));
    if (available.length === 0) return undefined;
    return {
      all: this.all,
      available,
      isAvailable: (candidate) => this.isAvailable(candidate) && !names.has(candidate.name),
    };
  }

  /** What strategies see of an origin. */
  of(origin: Origin): Snapshot {
    let snapshot = this.#snapshots.get(origin);
    if (snapshot === undefined) {
      snapshot = new Snapshot(origin);
      this.#snapshots.set(origin, snapshot);
    }
    return snapshot;
  }

  /** The origin that a strategy chose. */
  originOf(candidate: Candidate): Origin {
    return (candidate as Snapshot).origin;
  }

  /** New figures, when they are due. A new array tells strategies that keep an index of them. */
  advance(now: number): void {
    if (now < this.nextAt) return;
    for (const snapshot of this.#snapshots.values()) snapshot.take();
    this.#source.available = undefined;
    const missed = Math.floor((now - this.nextAt) / this.every);
    this.nextAt += (missed + 1) * this.every;
  }
}
