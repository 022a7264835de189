import type { BalancerStatus, Origin } from './origin.ts';
import type { Candidate, Figure } from './strategy.ts';

/** What was compared of one origin. */
export interface Explained {
  readonly origin: string;
  readonly available: boolean;
  readonly status: BalancerStatus;
  readonly figures: readonly Figure[];
}

/**
 * What was compared for one choice. It is noted while a request waits, so nothing is made then that outlives it: in columns that stay,
 * put in order when nobody waits any more.
 */
export class Comparison {
  #origins: readonly Origin[] = [];
  readonly #available: boolean[] = [];
  readonly #statuses: BalancerStatus[] = [];
  readonly #owners: number[] = [];
  readonly #labels: string[] = [];
  readonly #values: number[] = [];
  #figures = 0;

  /** Another choice, among these. @param origins all in the lab's order, in an array that stays as it is */
  begin(origins: readonly Origin[]): void {
    this.#origins = origins;
    for (let index = 0; index < origins.length; index++) {
      const { available, status } = origins[index] as Origin;
      this.#available[index] = available;
      this.#statuses[index] = status;
    }
    this.#figures = 0;
  }

  /** One figure more of a candidate. @param label such as `in flight` */
  add({ id }: Candidate, label: string, value: number): void {
    const row = this.#figures++;
    this.#owners[row] = id;
    this.#labels[row] = label;
    this.#values[row] = value;
  }

  /** Each candidate's figures by its id; both in the order in which they were noted. */
  figures(): ReadonlyMap<number, readonly Figure[]> {
    const figures = new Map<number, Figure[]>();
    for (let row = 0; row < this.#figures; row++) {
      const figure = { label: this.#labels[row] as string, value: this.#values[row] as number };
      const owner = this.#owners[row] as number;
      const known = figures.get(owner);
      if (known === undefined) figures.set(owner, [figure]);
      else known.push(figure);
    }
    return figures;
  }

  /** Every origin, in the lab's order. */
  explained(): Explained[] {
    const figures = this.figures();
    return this.#origins.map(({ id, name }, index) => ({
      origin: name,
      available: this.#available[index] as boolean,
      status: this.#statuses[index] as BalancerStatus,
      figures: figures.get(id) ?? [],
    }));
  }
}
