import { limitOf, UNLIMITED } from './policies.ts';
import { exponential, type Rng } from './rng.ts';

/** Service times in ms. */
export type TimeDistribution =
  | { readonly constant: number }
  | { readonly exponential: number }
  | { readonly uniform: { readonly min: number; readonly max: number } }
  | { readonly lognormal: { readonly median: number; readonly sigma: number } }
  | { readonly pareto: { readonly min: number; readonly alpha: number } };

/** How an origin serves: `workers` requests at a time, the rest first-in-first-out, beyond `queue` waiting ones 503. */
export interface ServiceDefinition {
  readonly time: TimeDistribution;
  readonly workers: number | 'unlimited';
  readonly queue: number | 'unlimited';
  /** Share (0–1) of the requests answered with 500. */
  readonly errorRate: number;
  /**
   * What becomes of a request that its client has given up. `skip` (the default): one that waits loses its place, one that is
   * being served is served to the end; `serve`: both are served to the end; `cancel`: both end at once.
   */
  readonly abandoned?: 'skip' | 'serve' | 'cancel';
  /** Waiting requests beyond which the process crashes, as one does that has no memory left; absent: it never does. */
  readonly crashAbove?: number;
  /** How slow it is after a restart, with cold caches; absent: not at all. */
  readonly coldStart?: ColdStart;
}

/** Service takes `factor` times as long for the first request after a restart, and less and less for so many `requests`. */
export interface ColdStart {
  readonly factor: number;
  readonly requests: number;
}

/** How many times as long service takes. @param begun services begun since the restart */
export function coldFactor({ factor, requests }: ColdStart, begun: number): number {
  return begun < requests ? factor - ((factor - 1) * begun) / requests : 1;
}

/** Draws service times (ms) from the distribution. */
export function timeSampler(distribution: TimeDistribution, rng: Rng): () => number {
  if ('constant' in distribution) return () => distribution.constant;
  if ('exponential' in distribution) {
    const mean = distribution.exponential;
    return () => exponential(mean, rng);
  }
  if ('uniform' in distribution) {
    const { min, max } = distribution.uniform;
    return () => min + (max - min) * rng.next();
  }
  if ('lognormal' in distribution) {
    const { median, sigma } = distribution.lognormal;
    return () => median * Math.exp(sigma * standardNormal(rng));
  }
  const { min, alpha } = distribution.pareto;
  return () => min / positive(rng) ** (1 / alpha);
}

/** The mean (ms) of the distribution; Infinity for a Pareto tail with alpha of at most 1. */
export function meanTime(distribution: TimeDistribution): number {
  if ('constant' in distribution) return distribution.constant;
  if ('exponential' in distribution) return distribution.exponential;
  if ('uniform' in distribution) return (distribution.uniform.min + distribution.uniform.max) / 2;
  if ('lognormal' in distribution) {
    const { median, sigma } = distribution.lognormal;
    return median * Math.exp(sigma ** 2 / 2);
  }
  const { min, alpha } = distribution.pareto;
  return alpha > 1 ? (alpha * min) / (alpha - 1) : Number.POSITIVE_INFINITY;
}

/** In (0, 1], where logarithms and powers are finite. */
function positive(rng: Rng): number {
  return 1 - rng.next();
}

/** Box–Muller. The second of its two values is dropped, so that a draw keeps no state outside the generator. */
function standardNormal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(positive(rng))) * Math.cos(2 * Math.PI * rng.next());
}

/** Waiting jobs that there is room for at first; it grows by doubling. */
const FIRST_CAPACITY = 8;

/**
 * The queue of an origin, the same for live and simulated ones: `workers` jobs are served at a time, others wait first in
 * first out, up to `queue` of them. It holds no timers: whoever serves a job calls `finish` when it is done. A job that is one too
 * many for the process (`crash`) is not taken in: there is no process any more.
 *
 * Those who wait stand in a ring, each at the place of its ticket. A job that leaves from the middle leaves its place empty, so
 * that leaving costs the same in a queue of any length: an overloaded lab is full of clients who give up.
 */
export class ServiceQueue<Job> {
  // What every job touches comes first and is near each other in memory.
  #serving = 0;
  readonly #workers = UNLIMITED;
  #waiting = 0;
  /** How many may wait: one more is turned away, or the last straw. */
  readonly #most = UNLIMITED;
  /** As many places as a power of two. */
  #ring: (Job | undefined)[] = new Array<Job | undefined>(FIRST_CAPACITY).fill(undefined);
  /** The ticket of the job at the head; there is one unless it is `#tail`. */
  #head = 0;
  /** The next ticket. */
  #tail = 0;
  /** Empty places between the head and the tail. */
  #gaps = 0;
  #busy = 0;
  #countedTo = 0;
  readonly #limit: number;
  readonly #abandoned: 'skip' | 'serve' | 'cancel';

  constructor(limits: Pick<ServiceDefinition, 'workers' | 'queue' | 'crashAbove' | 'abandoned'>) {
    this.#workers = limitOf(limits.workers);
    this.#limit = limitOf(limits.queue);
    this.#most = Math.min(this.#limit, limits.crashAbove ?? UNLIMITED);
    this.#abandoned = limits.abandoned ?? 'skip';
  }

  get serving(): number {
    return this.#serving;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** As in `LoadReport`: 0 idle, 1 every worker busy, above 1 when jobs wait. Always 0 with unlimited workers. */
  get load(): number {
    return this.#workers === UNLIMITED ? 0 : (this.#serving + this.#waiting) / this.#workers;
  }

  /** What the job that will wait next has to keep for `abandon`: a whole number, 1 more for each that waits. */
  get nextTicket(): number {
    return this.#tail;
  }

  /** A job arrives at `now` (ms): it is served at once, waits, is turned away because the queue is full, or is the last straw. */
  arrive(job: Job, now: number): 'serve' | 'wait' | 'reject' | 'crash' {
    if (this.#serving < this.#workers) {
      this.#count(now);
      this.#serving++;
      return 'serve';
    }
    if (this.#waiting >= this.#most) return this.#waiting >= this.#limit ? 'reject' : 'crash';
    if (this.#tail - this.#head === this.#ring.length) this.#grow();
    this.#ring[this.#tail++ & (this.#ring.length - 1)] = job;
    this.#waiting++;
    return 'wait';
  }

  /** A job being served is done at `now` (ms). @returns the job to serve next, if one waits */
  finish(now: number): Job | undefined {
    this.#count(now);
    if (this.#waiting > 0) return this.#next();
    if (this.#serving > 0) this.#serving--;
    return undefined;
  }

  /**
   * The client of a job has left, see `ServiceDefinition.abandoned`.
   * @param ticket what `nextTicket` was before the job arrived
   * @returns `gone`: it waited and is out of the queue; `stop`: it is being served, and `finish` is to be called now; `stays`
   */
  abandon(job: Job, ticket: number): 'gone' | 'stop' | 'stays' {
    if (this.#abandoned === 'serve') return 'stays';
    const place = ticket & (this.#ring.length - 1);
    const waits = ticket >= this.#head && ticket < this.#tail && this.#ring[place] === job;
    if (!waits) return this.#abandoned === 'cancel' ? 'stop' : 'stays';
    this.#ring[place] = undefined;
    this.#waiting--;
    this.#gaps++;
    this.#skipGaps();
    return 'gone';
  }

  /** Takes out every waiting job, in order. */
  drain(): Job[] {
    const jobs: Job[] = [];
    while (this.#waiting > 0) jobs.push(this.#next());
    return jobs;
  }

  /** Time (ms) that workers spent serving until `now`, added up over the workers. */
  busyTime(now: number): number {
    this.#count(now);
    return this.#busy;
  }

  /** The job at the head; one has to wait. */
  #next(): Job {
    const ring = this.#ring;
    const place = this.#head++ & (ring.length - 1);
    const job = ring[place] as Job;
    ring[place] = undefined;
    this.#waiting--;
    if (this.#gaps > 0) this.#skipGaps();
    return job;
  }

  /** The head is a job again, or the tail. */
  #skipGaps(): void {
    while (this.#head < this.#tail && this.#ring[this.#head & (this.#ring.length - 1)] === undefined) {
      this.#head++;
      this.#gaps--;
    }
  }

  #grow(): void {
    const before = this.#ring;
    const after = new Array<Job | undefined>(before.length * 2).fill(undefined);
    for (let ticket = this.#head; ticket < this.#tail; ticket++) {
      after[ticket & (after.length - 1)] = before[ticket & (before.length - 1)];
    }
    this.#ring = after;
  }

  /** A clock that went back counts nothing until it is where it was. */
  #count(now: number): void {
    if (now <= this.#countedTo) return;
    this.#busy += this.#serving * (now - this.#countedTo);
    this.#countedTo = now;
  }
}
