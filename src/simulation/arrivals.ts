import type { Rng } from '../core/rng.ts';
import type { TrafficDefinition } from '../protocol/lab.ts';

/** The arrivals of open traffic; those of closed traffic and none at all are never due. */
export class Arrivals {
  readonly #rng: Rng;
  readonly #mean: number;
  readonly #poisson: boolean;
  readonly #until: number;
  nextAt: number;

  /** @param until ms from which on nobody arrives any more */
  constructor(traffic: TrafficDefinition, until: number, rng: Rng) {
    this.#rng = rng;
    this.#until = until;
    this.#mean = 'open' in traffic ? 1000 / traffic.open.rate : Number.POSITIVE_INFINITY;
    this.#poisson = 'open' in traffic && traffic.open.arrivals === 'poisson';
    this.nextAt = 0;
    this.advance();
  }

  /** On to the next one. */
  advance(): void {
    const gap = this.#poisson ? exponential(this.#mean, this.#rng) : this.#mean;
    const next = this.nextAt + gap;
    this.nextAt = next < this.#until ? next : Number.POSITIVE_INFINITY;
  }
}

/** ms, exponentially distributed. */
export function exponential(mean: number, rng: Rng): number {
  return -Math.log(1 - rng.next()) * mean;
}
