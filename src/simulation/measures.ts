import { Histogram } from '../core/histogram.ts';
import { BatchMeans } from './batch-means.ts';

/** How a request ended for its client. */
export type RequestEnd = 'completed' | 'failed' | 'rejected';

/** Origins that the first attempts went to, so many of them. */
const ORDER_KEPT = 100;

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
  #requests: Float64Array;
  #failures: Float64Array;
  #answers: Float64Array;
  #times: Float64Array;

  constructor(from: number, to: number, origins: number) {
    this.from = from;
    this.to = to;
    this.#requests = new Float64Array(origins);
    this.#failures = new Float64Array(origins);
    this.#answers = new Float64Array(origins);
    this.#times = new Float64Array(origins);
  }

  /** There are so many origins from now on. */
  makeRoom(origins: number): void {
    this.#requests = longer(this.#requests, origins);
    this.#failures = longer(this.#failures, origins);
    this.#answers = longer(this.#answers, origins);
    this.#times = longer(this.#times, origins);
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
    this.#requests[origin] = (this.#requests[origin] as number) + 1;
  }

  #order(origin: number): void {
    this.order.push(origin);
    this.#ordering = this.order.length < ORDER_KEPT;
  }

  attemptFailed(origin: number): void {
    this.#failures[origin] = (this.#failures[origin] as number) + 1;
  }

  /** @param took ms of the attempt at that origin */
  attemptAnswered(origin: number, took: number): void {
    this.#answers[origin] = (this.#answers[origin] as number) + 1;
    this.#times[origin] = (this.#times[origin] as number) + took;
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

  /** Attempts at an origin, those that failed, the others, and the time (ms) that these took together. */
  origin(index: number): { requests: number; failed: number; answers: number; time: number } {
    return {
      requests: this.#requests[index] as number,
      failed: this.#failures[index] as number,
      answers: this.#answers[index] as number,
      time: this.#times[index] as number,
    };
  }
}

function longer(column: Float64Array, length: number): Float64Array {
  const copy = new Float64Array(length);
  copy.set(column);
  return copy;
}
