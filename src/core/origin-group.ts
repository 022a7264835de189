import type { Origin } from './origin.ts';
import type { Candidate, Pool } from './strategy.ts';

/**
 * Origins as strategies see them. The arrays keep their identity until something changes: choosing allocates nothing, and
 * strategies may keep what they worked out for an array.
 */
export class OriginGroup implements Pool {
  #all: readonly Origin[] = [];
  #available: readonly Origin[] | undefined = [];
  #inRotation: Pool | undefined;

  get all(): readonly Origin[] {
    return this.#all;
  }

  get available(): readonly Origin[] {
    return this.#available ?? this.#findAvailable();
  }

  #findAvailable(): readonly Origin[] {
    this.#available = this.#all.filter((origin) => origin.available);
    return this.#available;
  }

  isAvailable(candidate: Candidate): boolean {
    return (candidate as Origin).available;
  }

  /** The same group as if no origin were full. */
  get inRotation(): Pool {
    this.#inRotation ??= {
      all: this.#all,
      available: this.#all.filter((origin) => origin.inRotation),
      isAvailable: (candidate) => (candidate as Origin).inRotation,
    };
    return this.#inRotation;
  }

  /** The same group in which the origins called `names` are not available; undefined when none is left. */
  without(names: ReadonlySet<string>): Pool | undefined {
    const available = this.available.filter((origin) => !names.has(origin.name));
    if (available.length === 0) return undefined;
    return {
      all: this.#all,
      available,
      isAvailable: (candidate) => this.isAvailable(candidate) && !names.has(candidate.name),
    };
  }

  /** Other origins, or other weights. */
  replace(all: readonly Origin[]): void {
    this.#all = all;
    this.#available = undefined;
    this.#inRotation = undefined;
  }

  availabilityChanged(): void {
    this.#available = undefined;
  }

  rotationChanged(): void {
    this.#inRotation = undefined;
  }
}
