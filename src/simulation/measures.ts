import { Histogram } from '../core/histogram.ts';
import { BatchMeans } from './batch-means.ts';

/** How a request ended for its client. */
export type RequestEnd = 'completed' | 'failed' | 'rejected';

/** Origins that the first attempts went to, so many of them. */
const ORDER_KEPT = 100;

/** The attempts at one origin, those of them that failed, the others, and the time (ms) that these took together. */
class OriginTally {
  requests = 0;
  failed = 0;
  answers = 0;
  time = 0;
}

/** Exact counts of the requests that arrived within a span of a run, whenever they ended. Times in ms. */
export class Measures {
  /** Arrivals from here on, up to but without `to`, count. */
  readonly from: number;
  readonly to: number;
  /** Of completed requests, from arrival to the end of the answer. */
  readonly latency = new Histogram();
  readonly batches = new BatchMeans();
  /** Of pages (requests made together), from their arrival until the last call is answered. */
  readonly pages = new Histogram();
  /** Pages of which a call failed. */
  pagesFailed = 0;
  offered = 0;
  completed = 0;
  failed = 0;
  rejected = 0;
  retried = 0;
  /** Indices of the origins that were sent the first attempts. */
  readonly order: number[] = [];
  #ordering = true;
  readonly #origins: OriginTally[] = [];

  constructor(from: number, to: number, origins: number) {
    this.from = from;
    this.to = to;
    this.makeRoom(origins);
  }

  /** There are so many origins from now on. */
  makeRoom(origins: number): void {
    while (this.#origins.length < origins) this.#origins.push(new OriginTally());
  }

  /** @returns whether it counts */
  requestArrived(now: number): boolean {
    const counts = this.covers(now);
    if (counts) this.offered++;
    return counts;
  }

  covers(arrivedAt: number): boolean {
    return arrivedAt >= this.from && arrivedAt < this.to;
  }

  attemptBegan(origin: number, again: boolean): void {
    if (again) this.retried++;
    if (this.#ordering === true) this.#order(origin);
    (this.#origins[origin] as OriginTally).requests++;
  }

  #order(origin: number): void {
    this.order.push(origin);
    this.#ordering = this.order.length < ORDER_KEPT;
  }

  attemptFailed(origin: number): void {
    (this.#origins[origin] as OriginTally).failed++;
  }

  /** @param took ms of the attempt at that origin */
  attemptAnswered(origin: number, took: number): void {
    const tally = this.#origins[origin] as OriginTally;
    tally.answers++;
    tally.time += took;
  }

  requestCompleted(took: number): void {
    this.completed++;
    this.latency.record(took);
    this.batches.add(took);
  }

  requestLost(end: 'failed' | 'rejected'): void {
    this[end]++;
  }

  pageEnded(took: number, failed: boolean): void {
    if (failed) this.pagesFailed++;
    else this.pages.record(took);
  }

  /** The attempts at an origin. */
  origin(index: number): Readonly<OriginTally> {
    return this.#origins[index] as OriginTally;
  }
}
