import type { Frame } from '../../src/protocol/frame.ts';
import { AttemptRing } from './attempt-ring.ts';
import { Pulse } from './pulse.ts';
import { SecondSeries } from './second-series.ts';

interface OriginFigures {
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly inFlight: number;
  /** Attempts ended in the last 10 s: how many the percentiles stand on. */
  readonly recent: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

interface Totals {
  readonly requests: number;
  readonly completed: number;
  readonly failed: number;
  readonly attempts: number;
  readonly retries: number;
  readonly inFlight: number;
  /** Of those in flight: how many wait in the balancer's own queue. */
  readonly queued: number;
  /** Requests ended in the last 10 s: how many the percentiles (ms) stand on. */
  readonly recent: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

const NOTHING: Totals = {
  requests: 0,
  completed: 0,
  failed: 0,
  attempts: 0,
  retries: 0,
  inFlight: 0,
  queued: 0,
  recent: 0,
  p50: 0,
  p95: 0,
  p99: 0,
};

/** Rows of the log kept in the page. */
export const LOG_ROWS = 20_000;
/** Seconds kept: the 5 minutes of a snapshot and some slack. */
const SECONDS_KEPT = 330;

/**
 * Everything measured that the page knows. Frames go in as they come; React hears of it through two slow pulses, and what
 * draws by itself (the dots) takes whole frames.
 */
export class Telemetry {
  readonly attempts = new AttemptRing(LOG_ROWS);
  readonly seconds = new SecondSeries(SECONDS_KEPT);
  readonly origins = new Map<string, OriginFigures>();
  /** Figures in text: at most 4 times a second. */
  readonly numbers = new Pulse(250);
  /** Charts: twice a second, each redraw costs a few ms. */
  readonly charts = new Pulse(500);
  totals: Totals = NOTHING;
  /** The lab's clock at the last frame, ms since the epoch; 0 before the first. */
  now = 0;
  /** ms of the lab's clock per ms of the page's; undefined where the lab is live, and both are real time. */
  speed: number | undefined;
  sampling = 1;
  /** Moves when what was known was forgotten, so that figures of the same second can be told apart. */
  epoch = 0;
  #frames = new Set<(frame: Frame) => void>();

  /** Forget everything: another lab is at the other end. */
  reset(): void {
    this.attempts.clear();
    this.#forgetAggregates();
    this.numbers.touch();
    this.charts.touch();
  }

  apply(frame: Frame): void {
    if (frame.snapshot) this.#forgetAggregates();
    this.now = frame.now;
    this.sampling = Math.max(1, frame.sampling);
    const { totals, origins } = frame;
    if (totals.rows > 0) {
      const at = (name: keyof Totals): number => totals.columns[name][0] ?? 0;
      this.totals = {
        requests: at('requests'),
        completed: at('completed'),
        failed: at('failed'),
        attempts: at('attempts'),
        retries: at('retries'),
        inFlight: at('inFlight'),
        queued: at('queued'),
        recent: at('recent'),
        p50: at('p50'),
        p95: at('p95'),
        p99: at('p99'),
      };
    }
    for (let row = 0; row < origins.rows; row++) {
      const at = (name: keyof OriginFigures): number => origins.columns[name][row] ?? 0;
      this.origins.set(frame.strings[origins.columns.name[row] ?? 0] ?? '', {
        started: at('started'),
        completed: at('completed'),
        failed: at('failed'),
        inFlight: at('inFlight'),
        recent: at('recent'),
        p50: at('p50'),
        p95: at('p95'),
        p99: at('p99'),
      });
    }
    // A frame tells of every origin there is.
    if (this.origins.size > origins.rows) this.#forgetOthers(frame);
    this.seconds.push(frame);
    this.attempts.push(frame);
    for (const listener of this.#frames) listener(frame);
    this.numbers.touch();
    this.charts.touch();
  }

  /** Every frame as it comes, for what draws without React. */
  readonly onFrame = (listener: (frame: Frame) => void): (() => void) => {
    this.#frames.add(listener);
    return () => this.#frames.delete(listener);
  };

  /** Whether no frame has come yet since all was forgotten. */
  get isBlank(): boolean {
    return this.totals === NOTHING;
  }

  /** The last second that is over: the running one is always too low. */
  get lastSecond(): number {
    return Math.floor(this.now / 1000) - 1;
  }

  /** Origins that a frame does not tell of have left. */
  #forgetOthers({ origins, strings }: Frame): void {
    const told = new Set(Array.from(origins.columns.name.subarray(0, origins.rows), (text) => strings[text]));
    for (const name of this.origins.keys()) {
      if (told.has(name)) continue;
      this.origins.delete(name);
      this.seconds.forget(name);
    }
  }

  #forgetAggregates(): void {
    this.epoch++;
    this.totals = NOTHING;
    this.origins.clear();
    this.seconds.clear();
  }
}
