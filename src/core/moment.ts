import type { Candidate, LoadReport, Pool } from './strategy.ts';

/** An origin as it was at a moment. */
class Still implements Candidate {
  readonly #origin: Candidate;
  readonly id: number;
  readonly name: string;
  readonly address: string;
  weight = 1;
  inFlight = 0;
  queued = 0;
  load: LoadReport | undefined;
  available = false;

  constructor(origin: Candidate) {
    this.#origin = origin;
    this.id = origin.id;
    this.name = origin.name;
    this.address = origin.address;
  }

  take(pool: Pool): void {
    const origin = this.#origin;
    this.weight = origin.weight;
    this.inFlight = origin.inFlight;
    this.queued = origin.queued;
    this.load = origin.load;
    this.available = pool.isAvailable(origin);
  }
}

/** Origins as they were at a moment, for strategies that are asked about it later. */
export class Moment implements Pool {
  all: readonly Still[] = [];
  available: readonly Still[] = [];
  #stills: ReadonlyMap<Candidate, Still> = new Map();
  /** What `all` and `available` were made from: while that stays the same so do they, as pools promise. */
  #allOf: readonly Candidate[] = [];
  #availableOf: readonly Candidate[] = [];

  /** From here on it is this moment. */
  take(pool: Pool): void {
    const { all, available } = pool;
    if (all !== this.#allOf) {
      const before = this.#stills;
      this.#stills = new Map(all.map((origin) => [origin, before.get(origin) ?? new Still(origin)]));
      this.#allOf = all;
      this.all = [...this.#stills.values()];
    }
    for (let index = 0; index < this.all.length; index++) (this.all[index] as Still).take(pool);
    if (available !== this.#availableOf) {
      this.#availableOf = available;
      this.available = this.all.filter((still) => still.available);
    }
  }

  isAvailable(candidate: Candidate): boolean {
    return (candidate as Still).available;
  }
}
