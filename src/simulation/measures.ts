import { Histogram } from '../core/histogram.ts';
import { BatchMeans } from './batch-means.ts';

/** How a request ended for its client. */
export type RequestEnd = 'completed' | 'failed' | 'rejected';

/** Origins that the first attempts went to, so many of them. */
const ORDER_KEPT = 100;

/** What is counted of an origin, in this order: attempts, those that failed, the others, and the time (ms) that these took together. */
type Row = readonly [requests: number, failed: number, answers: number, time: number];
const REQUESTS = 0;
const FAILURES = 1;
const ANSWERS = 2;
const TIME = 3;
/** As many numbers as 2 to this power make a row. */
const ROW_BITS = 2;
const ROW = 1 << ROW_BITS;

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
  /** A row for each origin, so that a processor finds all of one in the same place. */
  #origins: Float64Array;

  constructor(from: number, to: number, origins: number) {
    this.from = from;
    this.to = to;
    this.#origins = new Float64Array(origins * ROW);
  }

  /** There are so many origins from now on. */
  makeRoom(origins: number): void {
    const before = this.#origins;
    this.#origins = new Float64Array(origins * ROW);
    this.#origins.set(before);
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
    this.#add((origin << ROW_BITS) | REQUESTS, 1);
  }

  #order(origin: number): void {
    this.order.push(origin);
    this.#ordering = this.order.length < ORDER_KEPT;
  }

  attemptFailed(origin: number): void {
    this.#add((origin << ROW_BITS) | FAILURES, 1);
  }

  /** @param took ms of the attempt at that origin */
  attemptAnswered(origin: number, took: number): void {
    this.#add((origin << ROW_BITS) | ANSWERS, 1);
    this.#add((origin << ROW_BITS) | TIME, took);
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

  origin(index: number): { requests: number; failed: number; answers: number; time: number } {
    const [requests, failed, answers, time] = this.#origins.subarray(index * ROW, (index + 1) * ROW) as unknown as Row;
    return { requests, failed, answers, time };
  }

  #add(place: number, more: number): void {
    this.#origins[place] = (this.#origins[place] as number) + more;
  }
}
