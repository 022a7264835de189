import type { Origin } from './origin.ts';
import type { Candidate, Pool } from './strategy.ts';

/**
 * The balancer's origins as strategies see them. The arrays keep their identity until something changes: choosing
 * allocates nothing, and strategies may keep what they worked out for an array.
 */
export class OriginPool implements Pool {
  #all: readonly Origin[] = [];
  #available: readonly Origin[] | undefined = [];

  get all(): readonly Origin[] {
    return this.#all;
  }

  get available(): readonly Origin[] {
    this.#available ??= this.#all.filter((origin) => origin.available);
    return this.#available;
  }

  isAvailable(candidate: Candidate): boolean {
    return (candidate as Origin).available;
  }

  /** Other origins, or other weights. */
  replace(all: readonly Origin[]): void {
    this.#all = all;
    this.#available = undefined;
  }

  availabilityChanged(): void {
    this.#available = undefined;
  }

  /** The same pool in which the origins called `names` are not available; undefined when none is left. */
  without(names: ReadonlySet<string>): Pool | undefined {
    const available = this.available.filter((origin) => !names.has(origin.name));
    if (available.length === 0) return undefined;
    return {
      all: this.#all,
      available,
      isAvailable: (candidate) => this.isAvailable(candidate) && !names.has(candidate.name),
    };
  }
}
