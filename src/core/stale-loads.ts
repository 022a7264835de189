import type { Origin } from './origin.ts';
import type { OriginGroup } from './origin-group.ts';
import type { Candidate, LoadReport, Pool } from './strategy.ts';

/** An origin with the figures of the last refresh. */
class Snapshot implements Candidate {
  readonly origin: Origin;
  readonly id: number;
  readonly name: string;
  readonly address: string;
  inFlight = 0;
  queued = 0;
  load: LoadReport | undefined;

  constructor(origin: Origin) {
    this.origin = origin;
    this.id = origin.id;
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

/** A group of origins in which each is as it was at the last refresh; who is available is as it is. */
class StaleGroup implements Pool {
  readonly #group: OriginGroup;
  readonly #of: (origin: Origin) => Snapshot;
  #source: { all: readonly Origin[]; available: readonly Origin[] | undefined } = { all: [], available: undefined };
  #all: readonly Snapshot[] = [];
  #available: readonly Snapshot[] = [];

  constructor(group: OriginGroup, of: (origin: Origin) => Snapshot) {
    this.#group = group;
    this.#of = of;
  }

  get all(): readonly Candidate[] {
    const { all } = this.#group;
    if (all !== this.#source.all) {
      this.#source.all = all;
      this.#all = all.map(this.#of);
    }
    return this.#all;
  }

  get available(): readonly Candidate[] {
    const { available } = this.#group;
    if (available !== this.#source.available) {
      this.#source.available = available;
      this.#available = available.map(this.#of);
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

  /** A new array tells strategies that keep an index of their figures. */
  refreshed(): void {
    this.#source.available = undefined;
  }
}

/**
 * Origins as a balancer sees them that learns of their load only now and then: many balancers that share origins, or one
 * that is told by the origins. Who is available, it knows at once. (The periodic update model of Mitzenmacher, "How Useful Is Old
 * Information?", IEEE TPDS 2000.)
 */
export class StaleLoads {
  /** ms between two refreshes. */
  readonly every: number;
  /** When (ms) the next refresh is due. */
  nextAt: number;
  readonly #snapshots = new Map<Origin, Snapshot>();
  readonly #groups = new Map<OriginGroup, StaleGroup>();

  /** @param origins those there are: strategies know them as they are now */
  constructor(origins: readonly Origin[], every: number, now: number) {
    this.every = every;
    this.nextAt = now + every;
    for (const origin of origins) this.of(origin);
  }

  /** What strategies see of an origin. */
  of(origin: Origin): Candidate {
    return this.#snapshotOf(origin);
  }

  /** What strategies see of a group. */
  poolOf(group: OriginGroup): StaleGroup {
    let pool = this.#groups.get(group);
    if (pool === undefined) {
      pool = new StaleGroup(group, (origin) => this.#snapshotOf(origin));
      this.#groups.set(group, pool);
    }
    return pool;
  }

  /** The origin that a strategy chose. */
  originOf(candidate: Candidate): Origin {
    return (candidate as Snapshot).origin;
  }

  /** New figures, when they are due. */
  advance(now: number): void {
    if (now < this.nextAt) return;
    for (const [origin, snapshot] of this.#snapshots) {
      if (origin.removed) this.#snapshots.delete(origin);
      else snapshot.take();
    }
    for (const group of this.#groups.values()) group.refreshed();
    const missed = Math.floor((now - this.nextAt) / this.every);
    this.nextAt += (missed + 1) * this.every;
  }

  #snapshotOf(origin: Origin): Snapshot {
    let snapshot = this.#snapshots.get(origin);
    if (snapshot === undefined) {
      snapshot = new Snapshot(origin);
      this.#snapshots.set(origin, snapshot);
    }
    return snapshot;
  }
}
