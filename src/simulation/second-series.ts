import { Histogram } from '../core/histogram.ts';
import type { RequestEnd } from './measures.ts';

/** Steps kept; longer runs have longer steps. */
const MOST_STEPS = 3600;
const SECOND = 1000;

/** A run as it went, step by step; all columns are equally long. */
interface SeriesColumns {
  /** ms of one step. */
  readonly step: number;
  /** Number of the first step in the columns. */
  readonly from: number;
  /** Requests that arrived in the step. */
  readonly offered: Float64Array;
  /** Requests that ended in the step. */
  readonly completed: Float64Array;
  readonly failed: Float64Array;
  readonly rejected: Float64Array;
  /** Answer times (ms) of those that completed; NaN where none did. */
  readonly mean: Float64Array;
  readonly p50: Float64Array;
  readonly p95: Float64Array;
  readonly p99: Float64Array;
  readonly origins: readonly OriginColumns[];
}

interface OriginColumns {
  /** Attempts sent to it in the step. */
  readonly requests: Float64Array;
  /** At the end of the step. */
  readonly inFlight: Float64Array;
  readonly waiting: Float64Array;
}

const NAMES = ['offered', 'completed', 'failed', 'rejected', 'mean', 'p50', 'p95', 'p99'] as const;
type Name = (typeof NAMES)[number];

/** Counts of each second of a run, for charts; runs of more than an hour are counted in longer steps. */
export class SecondSeries {
  readonly step: number;
  readonly #columns: Readonly<Record<Name, Float64Array>>;
  readonly #origins: OriginColumns[] = [];
  readonly #latency = new Histogram();
  /** Complete steps. */
  #length = 0;

  constructor(duration: number, origins: number) {
    this.step = SECOND * Math.max(1, Math.ceil(duration / SECOND / MOST_STEPS));
    const steps = Math.ceil(duration / this.step) + 1;
    const column = (): Float64Array => new Float64Array(steps);
    this.#columns = Object.fromEntries(NAMES.map((name) => [name, column()])) as Record<Name, Float64Array>;
    this.makeRoom(origins);
  }

  /** There are so many origins from now on. */
  makeRoom(origins: number): void {
    const column = (): Float64Array => new Float64Array(this.#columns.mean.length);
    while (this.#origins.length < origins) {
      this.#origins.push({ requests: column(), inFlight: column(), waiting: column() });
    }
  }

  /** When (ms) the step that is being counted ends. */
  get endsAt(): number {
    return (this.#length + 1) * this.step;
  }

  /** Complete steps so far. */
  get length(): number {
    return this.#length;
  }

  offered(): void {
    add(this.#columns.offered, this.#length);
  }

  attemptBegan(origin: number): void {
    add((this.#origins[origin] as OriginColumns).requests, this.#length);
  }

  requestEnded(end: RequestEnd, took: number): void {
    add(this.#columns[end], this.#length);
    if (end === 'completed') this.#latency.record(took);
  }

  /** The step is over. What comes after the run's end is not counted any more. */
  close(inFlight: (origin: number) => number, waiting: (origin: number) => number): void {
    const latency = this.#latency;
    const step = this.#length;
    if (step >= this.#columns.mean.length) return;
    this.#columns.mean[step] = latency.mean;
    this.#columns.p50[step] = latency.quantile(0.5);
    this.#columns.p95[step] = latency.quantile(0.95);
    this.#columns.p99[step] = latency.quantile(0.99);
    latency.reset();
    this.#origins.forEach((columns, index) => {
      columns.inFlight[step] = inFlight(index);
      columns.waiting[step] = waiting(index);
    });
    this.#length++;
  }

  /** Copies of the complete steps from one on. */
  since(from: number): SeriesColumns {
    const part = (column: Float64Array): Float64Array => column.slice(from, this.#length);
    const columns = Object.fromEntries(NAMES.map((name) => [name, part(this.#columns[name])])) as Record<
      Name,
      Float64Array
    >;
    return {
      step: this.step,
      from,
      ...columns,
      origins: this.#origins.map(({ requests, inFlight, waiting }) => ({
        requests: part(requests),
        inFlight: part(inFlight),
        waiting: part(waiting),
      })),
    };
  }
}

function add(column: Float64Array, step: number): void {
  // Beyond the end this is no place of the array and does nothing.
  column[step] = (column[step] as number) + 1;
}
