import type { Rng } from '../core/rng.ts';
import type { TrafficDefinition } from '../protocol/lab.ts';

/** Requests on top of the traffic, evenly spread from a time (ms) on. */
interface Burst {
  readonly from: number;
  readonly over: number;
  readonly requests: number;
  sent: number;
}

/** The arrivals of open traffic, and of bursts; those of closed traffic and none at all are never due. */
export class Arrivals {
  readonly #rng: Rng;
  readonly #until: number;
  #mean = Number.POSITIVE_INFINITY;
  #poisson = false;
  /** The next one of the traffic; Infinity: none. */
  #plannedAt = 0;
  readonly #bursts: Burst[] = [];
  /** When (ms) the next one is due. */
  nextAt = 0;

  /** @param until ms from which on nobody arrives any more */
  constructor(traffic: TrafficDefinition, until: number, rng: Rng) {
    this.#rng = rng;
    this.#until = until;
    this.set(traffic, 0);
  }

  /** On to the next one. */
  advance(): void {
    if (this.nextAt < this.#plannedAt) this.#sentOfBurst();
    else this.#plan(this.#plannedAt);
  }

  /** Other traffic from now on; bursts go on. */
  set(traffic: TrafficDefinition, now: number): void {
    this.#mean = 'open' in traffic ? 1000 / traffic.open.rate : Number.POSITIVE_INFINITY;
    this.#poisson = 'open' in traffic && traffic.open.arrivals === 'poisson';
    this.#plan(now);
  }

  /** So many requests more within `over` ms, the first of them now. */
  burst(requests: number, over: number, now: number): void {
    this.#bursts.push({ from: now, over, requests, sent: 0 });
    this.#findNext();
  }

  #plan(from: number): void {
    const gap = this.#poisson === true ? exponential(this.#mean, this.#rng) : this.#mean;
    const next = from + gap;
    this.#plannedAt = next < this.#until ? next : Number.POSITIVE_INFINITY;
    this.nextAt = this.#plannedAt;
    if (this.#bursts.length > 0) this.#findNext();
  }

  #sentOfBurst(): void {
    const index = this.#bursts.findIndex((burst) => dueAt(burst) === this.nextAt);
    const burst = this.#bursts[index];
    if (burst && ++burst.sent === burst.requests) this.#bursts.splice(index, 1);
    this.#findNext();
  }

  #findNext(): void {
    this.nextAt = this.#plannedAt;
    for (const burst of this.#bursts) this.nextAt = Math.min(this.nextAt, dueAt(burst));
  }
}

function dueAt({ from, over, requests, sent }: Burst): number {
  return from + (sent / requests) * over;
}

/** ms, exponentially distributed. */
export function exponential(mean: number, rng: Rng): number {
  return -Math.log(1 - rng.next()) * mean;
}
