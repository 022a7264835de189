import { exponential, type Rng } from './rng.ts';

/** Arrivals that do not wait for answers. `rate` in requests/s. */
export interface OpenTraffic {
  readonly rate: number;
  readonly arrivals: 'constant' | 'poisson';
}

/** Only of open traffic somebody arrives, whatever becomes of others. */
type AnyTraffic = { readonly open: OpenTraffic } | { readonly closed: unknown } | { readonly off: true };

/** Requests on top of the traffic, evenly spread from a time (ms) on. */
interface Burst {
  readonly from: number;
  readonly over: number;
  readonly requests: number;
  sent: number;
}

/**
 * When requests arrive, live and simulated: those of open traffic, and of bursts. It draws one gap for each arrival of the traffic,
 * and one more whenever that is set.
 */
export class Arrivals {
  readonly #rng: Rng;
  readonly #until: number;
  #mean = Number.POSITIVE_INFINITY;
  #poisson = false;
  /** The next one of the traffic; Infinity: none. */
  #plannedAt = Number.POSITIVE_INFINITY;
  readonly #bursts: Burst[] = [];
  /** When (ms) the next one is due; Infinity: never, as before the traffic is set. */
  nextAt = Number.POSITIVE_INFINITY;

  /** @param until ms from which on nobody arrives any more */
  constructor(rng: Rng, until = Number.POSITIVE_INFINITY) {
    this.#rng = rng;
    this.#until = until;
  }

  /** On to the next one. */
  advance(): void {
    if (this.nextAt < this.#plannedAt) this.#sentOfBurst();
    else this.#plan(this.#plannedAt);
  }

  /** Other traffic from now on; bursts go on. */
  set(traffic: AnyTraffic, now: number): void {
    this.#mean = 'open' in traffic ? 1000 / traffic.open.rate : Number.POSITIVE_INFINITY;
    this.#poisson = 'open' in traffic && traffic.open.arrivals === 'poisson';
    this.#plan(now);
  }

  /** So many requests more within `over` ms, the first of them now. */
  burst(requests: number, over: number, now: number): void {
    this.#bursts.push({ from: now, over, requests, sent: 0 });
    this.#findNext();
  }

  /** Ends the traffic, and bursts, too. */
  end(): void {
    this.#bursts.length = 0;
    this.#plannedAt = Number.POSITIVE_INFINITY;
    this.nextAt = Number.POSITIVE_INFINITY;
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
