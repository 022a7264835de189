import type { Commons } from './commons.ts';
import type { Origin } from './origin.ts';
import type { OriginGroup } from './origin-group.ts';
import type { OriginPool } from './origin-pool.ts';
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
  }

  get weight(): number {
    return this.origin.weight;
  }

  /** @param from where its load is not the origin's own of now */
  take(from: Pick<Candidate, 'inFlight' | 'load'> = this.origin): void {
    this.inFlight = from.inFlight;
    this.queued = this.origin.queued;
    this.load = from.load;
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
  readonly #pool: OriginPool;
  /** Only for balancers in several threads. */
  readonly #commons: Commons | undefined;
  /** How many refreshes of all threads it has seen. */
  #round = 0;

  /**
   * Strategies know the origins there are as they are now; of those that come they know nothing until the next refresh.
   * @param period the how many-th it is, where threads refresh together
   */
  constructor(pool: OriginPool, every: number, now: number, period: number, commons?: Commons) {
    this.every = every;
    this.nextAt = now + every;
    this.#pool = pool;
    this.#commons = commons;
    commons?.enter();
    commons?.loads.begin(period, this.nextAt, pool.all);
    for (const origin of pool.all) this.#take(this.#snapshotOf(origin));
    this.#round = commons?.loads.round ?? 0;
    commons?.leave();
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
    if (this.#commons !== undefined) this.#advanceTogether(this.#commons, now);
    else if (now >= this.nextAt) {
      this.#refresh();
      this.nextAt = this.#after(this.nextAt, now);
    }
  }

  /** The first thread to come takes what all go by until the next refresh. */
  #advanceTogether(commons: Commons, now: number): void {
    const { loads } = commons;
    commons.enter();
    try {
      if (now >= loads.nextAt) loads.refresh(this.#pool.all, this.#after(loads.nextAt, now));
      this.nextAt = loads.nextAt;
      if (this.#round === loads.round) return;
      this.#round = loads.round;
      this.#refresh();
    } finally {
      commons.leave();
    }
  }

  #refresh(): void {
    for (const origin of this.#snapshots.keys()) if (origin.removed) this.#snapshots.delete(origin);
    for (const origin of this.#pool.all) this.#take(this.#snapshotOf(origin));
    for (const group of this.#groups.values()) group.refreshed();
  }

  /** What the last refresh found, whichever thread it was in; it found nothing of an origin that came later. */
  #take(snapshot: Snapshot): void {
    if (this.#commons === undefined) snapshot.take();
    else if (this.#commons.loads.isKept(snapshot.id)) snapshot.take(this.#commons.loads.keptOf(snapshot.id));
  }

  #meet(snapshot: Snapshot, commons: Commons): void {
    commons.enter();
    this.#take(snapshot);
    commons.leave();
  }

  /** The first instant of the period after `now`. @param due one of them that is over */
  #after(due: number, now: number): number {
    return due + (Math.floor((now - due) / this.every) + 1) * this.every;
  }

  #snapshotOf(origin: Origin): Snapshot {
    let snapshot = this.#snapshots.get(origin);
    if (snapshot === undefined) {
      snapshot = new Snapshot(origin);
      if (this.#commons !== undefined) this.#meet(snapshot, this.#commons);
      this.#snapshots.set(origin, snapshot);
    }
    return snapshot;
  }
}
