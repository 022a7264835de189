import type { LoadReport } from './strategy.ts';
import { MOST_ORIGINS } from './turns-memory.ts';

/** Of an origin's report: the how many-th it is (0: there was none), and what it says; NaN where it does not say. */
const COUNT = 0;
const VALUE = 1;
const AT = 2;
const RATE = 3;
const ERROR_RATE = 4;
const REPORT = 5;
/** Of an origin at the last refresh: for the how many-th period that was, what was in flight, and the report of then. */
const PERIOD = 0;
const IN_FLIGHT = 1;
const FIGURES = 2;
const STILL = FIGURES + REPORT;
/** Of all refreshes: the how many-th period it is, when the next is due, how many there were. */
const NEXT_AT = 1;
const ROUND = 2;
const REFRESHES = 3;

const STILLS = REFRESHES + MOST_ORIGINS * REPORT;

/** Most of it is never touched, and so costs no memory. */
export const LOADS_BYTES = (STILLS + MOST_ORIGINS * STILL) * 8;

/** What is known of an origin's load. */
interface Load {
  readonly id: number;
  readonly inFlight: number;
  readonly load: LoadReport | undefined;
}

/** What origins reported, and their loads as of the last refresh, in memory that several threads share; only for who has entered. */
export class LoadMemory {
  readonly #numbers: Float64Array;

  constructor(numbers: Float64Array) {
    this.#numbers = numbers;
  }

  /** How many reports there were of the origin of that id. */
  reportsOf(id: number): number {
    return this.#numbers[REFRESHES + id * REPORT + COUNT] as number;
  }

  /** The newest of them; undefined: there is none. */
  reportOf(id: number): LoadReport | undefined {
    return this.#read(REFRESHES + id * REPORT);
  }

  /** @returns how many there are now */
  report(id: number, report: LoadReport): number {
    const count = this.reportsOf(id) + 1;
    this.#write(REFRESHES + id * REPORT, report, count);
    return count;
  }

  /** Refreshes for a period begin with one, unless another thread has begun them, or those for a later one. @param nextAt ms */
  begin(period: number, nextAt: number, origins: readonly Load[]): void {
    if (this.#period >= period) return;
    this.#numbers[PERIOD] = period;
    this.refresh(origins, nextAt);
  }

  /** When (ms) the next refresh is due. */
  get nextAt(): number {
    return this.#numbers[NEXT_AT] as number;
  }

  /** How many refreshes there were. */
  get round(): number {
    return this.#numbers[ROUND] as number;
  }

  /** @param nextAt when (ms) the next is due */
  refresh(origins: readonly Load[], nextAt: number): void {
    for (const origin of origins) this.#keep(origin);
    this.#numbers[NEXT_AT] = nextAt;
    this.#numbers[ROUND] = this.round + 1;
  }

  /** Whether there is a load of the origin of that id from this period. */
  isKept(id: number): boolean {
    return this.#numbers[STILLS + id * STILL + PERIOD] === this.#period;
  }

  /** What was kept. */
  keptOf(id: number): Load {
    const at = STILLS + id * STILL;
    return { id, inFlight: this.#numbers[at + IN_FLIGHT] as number, load: this.#read(at + FIGURES) };
  }

  #keep({ id, inFlight, load }: Load): void {
    const at = STILLS + id * STILL;
    this.#numbers[at + PERIOD] = this.#period;
    this.#numbers[at + IN_FLIGHT] = inFlight;
    this.#write(at + FIGURES, load, load === undefined ? 0 : 1);
  }

  get #period(): number {
    return this.#numbers[PERIOD] as number;
  }

  #read(at: number): LoadReport | undefined {
    const numbers = this.#numbers;
    if (numbers[at + COUNT] === 0) return undefined;
    const [rate, errorRate] = [numbers[at + RATE] as number, numbers[at + ERROR_RATE] as number];
    return {
      value: numbers[at + VALUE] as number,
      at: numbers[at + AT] as number,
      ...(!Number.isNaN(rate) && { rate }),
      ...(!Number.isNaN(errorRate) && { errorRate }),
    };
  }

  #write(at: number, report: LoadReport | undefined, count: number): void {
    const numbers = this.#numbers;
    numbers[at + COUNT] = count;
    numbers[at + VALUE] = report?.value ?? 0;
    numbers[at + AT] = report?.at ?? 0;
    numbers[at + RATE] = report?.rate ?? Number.NaN;
    numbers[at + ERROR_RATE] = report?.errorRate ?? Number.NaN;
  }
}
