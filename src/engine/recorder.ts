import type { FailureKind } from '../core/failure.ts';
import type { Reason } from '../protocol/frame.ts';
import { Series } from './series.ts';

/** Rows a second that a screen can draw and list; beyond, one request in N is sent. */
const ROWS_PER_SECOND = 1000;
/** "1 dot = 20 requests" reads better than 1 in 17. */
const SAMPLINGS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** ms for which the sampling is not worked out again. */
const SAMPLING_STAYS = 40;

/** How many of the newest attempts are kept for a screen that connects or falls behind. */
const RING = 32_768;

/** One attempt from its start on; the fields below `at` are filled in when it ends. */
export interface AttemptRecord {
  readonly request: number;
  /** 1, 2, …; 0: no origin was available, so there was no attempt. */
  readonly attempt: number;
  readonly origin: string;
  readonly client: string;
  readonly method: string;
  readonly path: string;
  readonly strategy: string;
  readonly reason: Reason;
  readonly at: number;
  /** ms from the request's arrival to the beginning of this attempt. */
  readonly waited: number;
  last: boolean;
  status: number;
  failure: FailureKind | undefined;
  connected: number;
  firstByte: number;
  /** ms the request waited for a worker, as the origin says; NOT_TOLD when it does not. */
  queued: number;
  total: number;
  received: number;
  sent: number;
}

/** A ring of the newest records, addressed by their running number so that each reader keeps its own place. */
class Ring {
  #records: AttemptRecord[] = [];
  /** Records ever pushed. */
  head = 0;

  push(record: AttemptRecord): void {
    this.#records[this.head % RING] = record;
    this.head++;
  }

  /** The number of the oldest record still there. */
  get tail(): number {
    return Math.max(0, this.head - RING);
  }

  at(number: number): AttemptRecord {
    return this.#records[number % RING] as AttemptRecord;
  }
}

/** Counts every request and attempt where it happens; nothing here is ever sampled. */
export class Recorder {
  readonly requests = new Series('');
  readonly origins = new Map<string, Series>();
  readonly starts = new Ring();
  readonly ends = new Ring();
  #sampling = 1;
  #sampledAt = Number.NEGATIVE_INFINITY;

  /** One in how many requests is shown singly now: what frames carry and what is explained follow the same number. */
  sampling(now: number): number {
    if (Math.abs(now - this.#sampledAt) >= SAMPLING_STAYS) {
      this.#sampledAt = now;
      const rate = peak(this.requests, now);
      this.#sampling = SAMPLINGS.find((sampling) => rate / sampling <= ROWS_PER_SECOND) ?? 1000;
    }
    return this.#sampling;
  }

  requestStarted(at: number): void {
    this.requests.start(at, false);
  }

  requestEnded(at: number, duration: number, failed: boolean): void {
    this.requests.end(at, duration, failed);
  }

  attemptStarted(record: AttemptRecord): void {
    const retry = record.attempt > 1;
    this.#series(record.origin).start(record.at, retry);
    if (retry) this.requests.retry(record.at);
    this.starts.push(record);
  }

  /** @param endedAt ms on the engine's clock */
  attemptEnded(record: AttemptRecord, endedAt: number): void {
    this.#series(record.origin).end(endedAt, record.total, record.failure !== undefined);
    this.ends.push(record);
  }

  /** A request for which no origin was available: a row in the log, but not an attempt. */
  refused(record: AttemptRecord): void {
    this.ends.push(record);
  }

  /** Makes the origin appear with zeros before its first request. */
  introduce(origin: string): void {
    this.#series(origin);
  }

  #series(origin: string): Series {
    let series = this.origins.get(origin);
    if (!series) {
      series = new Series(origin);
      this.origins.set(origin, series);
    }
    return series;
  }
}

/** The most requests a second of the last two, so that sampling starts in the first busy second. */
function peak(series: Series, now: number): number {
  let most = 0;
  for (const row of series.rows(Math.floor(now / 1000) - 1, now)) most = Math.max(most, row.started);
  return most;
}

/** Counts nothing: what telemetry costs is measured against it. */
export class SilentRecorder extends Recorder {
  override sampling(): number {
    return Number.POSITIVE_INFINITY;
  }
  override requestStarted(): void {}
  override requestEnded(): void {}
  override attemptStarted(): void {}
  override attemptEnded(): void {}
  override refused(): void {}
}

export type { Ring };
