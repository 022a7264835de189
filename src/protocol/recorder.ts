import type { AttemptRecord } from './attempt-record.ts';
import { EndRing, StartRing } from './record-ring.ts';
import { isSampled } from './sampling.ts';
import { GONE, Series, WINDOW_SECONDS } from './series.ts';

/** Rows a second that a screen can draw and list; beyond, one request in N is sent. */
const ROWS_PER_SECOND = 1000;
/** "1 dot = 20 requests" reads better than 1 in 17. Each divides the next: what the coarser one shows, the finer has kept. */
const SAMPLINGS = [1, 2, 10, 20, 100, 200, 1000];
/** Of these rows, so few that a rate which varies a little does not make more. */
const ROOMY = 0.7;
/** ms for which the sampling is not worked out again. */
const SAMPLING_STAYS = 40;

/**
 * Counts every request and attempt where it happens; no count is ever sampled. Of the records themselves it keeps those that
 * can reach a screen: memory that survives a moment costs a fast proxy more than all its counting.
 */
export class Recorder {
  readonly requests = new Series('');
  readonly origins = new Map<string, Series>();
  /** The seconds of those that are forgotten, together: a share of then is of all that there were. */
  readonly gone = new Series(GONE);
  readonly starts = new StartRing();
  readonly ends = new EndRing();
  /** Attempts started since the start, those at origins that are forgotten by now included. */
  attempts = 0;
  /** Attempts, and requests without one, that ended since the start; kept or not. */
  ended = 0;
  /** Requests in the balancer's queue now. */
  queued = 0;
  /** Origins that have left, and when (ms) they did, or when their last attempt ended after that. */
  readonly #left = new Map<string, number>();
  /** Readers that want every record. */
  #onQuiet: (() => void) | undefined;
  #everything = 0;
  #sampling = 1;
  /** Requests in the busier of the last two seconds, when it was last looked at. */
  #rate = 0;
  #sampledAt = Number.NEGATIVE_INFINITY;
  #pace = 1;

  /** How many seconds of its clock pass in one of those who watch: a simulation may be ahead of them. */
  set pace(pace: number) {
    if (pace === this.#pace) return;
    this.#pace = pace;
    this.#sampledAt = Number.NEGATIVE_INFINITY;
    this.#sampling = 1;
  }

  /** One in how many requests is shown singly now: what frames carry and what is explained follow the same number. */
  sampling(now: number): number {
    if (Math.abs(now - this.#sampledAt) >= SAMPLING_STAYS) {
      this.#sampledAt = now;
      this.#rate = peak(this.requests, now);
      const least = this.oneIn(ROWS_PER_SECOND, now);
      // Back with some room only, or a rate near the limit would have it change every second, and what a dot stands for with it.
      const roomy = this.oneIn(ROWS_PER_SECOND * ROOMY, now);
      this.#sampling = Math.max(least, Math.min(roomy, this.#sampling));
    }
    return this.#sampling;
  }

  /** One in how many requests makes at most so many a second, for those who watch. */
  oneIn(perSecond: number, now: number): number {
    if (Math.abs(now - this.#sampledAt) >= SAMPLING_STAYS) this.sampling(now);
    const rate = this.#rate * this.#pace;
    return SAMPLINGS.find((sampling) => rate / sampling <= perSecond) ?? 1000;
  }

  /** From here on every record is kept, until `sample` is called as often. */
  keepEverything(): void {
    this.#everything++;
  }

  sample(): void {
    this.#everything--;
  }

  requestStarted(at: number): void {
    this.requests.start(at, false);
  }

  requestEnded(at: number, duration: number, failed: boolean): void {
    this.requests.end(at, duration, failed);
    if (this.#onQuiet !== undefined && this.requests.inFlight === 0) this.#becomeQuiet(this.#onQuiet);
  }

  /** @param call called once: now, or as soon as no request is in flight; undefined: not any more */
  whenQuiet(call: (() => void) | undefined): void {
    this.#onQuiet = undefined;
    if (call === undefined || this.requests.inFlight > 0) this.#onQuiet = call;
    else call();
  }

  #becomeQuiet(call: () => void): void {
    this.#onQuiet = undefined;
    call();
  }

  attemptStarted(record: AttemptRecord): void {
    const retry = record.attempt > 1;
    this.attempts++;
    this.#series(record.origin).start(record.at, retry);
    if (retry) this.requests.retry(record.at);
    if (this.#isKept(record)) this.starts.push(record);
  }

  /** @param endedAt ms on the engine's clock */
  attemptEnded(record: AttemptRecord, endedAt: number): void {
    const series = this.#series(record.origin);
    series.end(endedAt, record.total, record.failure !== undefined);
    series.received += record.received;
    series.sent += record.sent;
    if (this.#left.size > 0 && this.#left.has(record.origin)) this.#left.set(record.origin, endedAt);
    this.#keepEnd(record);
  }

  /** A request for which no origin was available: a row in the log, but not an attempt. */
  refused(record: AttemptRecord): void {
    this.#keepEnd(record);
  }

  /** Makes the origin appear with zeros before its first request; one of its name that has just left goes on counting. */
  introduce(origin: string): void {
    this.#left.delete(origin);
    this.#series(origin);
  }

  /** The origin is no longer one: it is forgotten when its last attempt has ended and is out of the window of the percentiles. */
  leave(origin: string, at: number): void {
    this.forgetThoseGone(at);
    if (this.origins.has(origin)) this.#left.set(origin, at);
  }

  /** Forgets who left long enough ago. What all origins did together stays counted in `attempts` and `requests`. */
  forgetThoseGone(now: number): void {
    for (const [origin, since] of this.#left) {
      const inFlight = this.origins.get(origin)?.inFlight ?? 0;
      if (inFlight > 0 || now - since < WINDOW_SECONDS * 1000) continue;
      this.#left.delete(origin);
      this.forget(origin);
    }
  }

  /** Drops all that is kept of an origin by its name. */
  protected forget(origin: string): void {
    const series = this.origins.get(origin);
    if (series) this.gone.absorb(series);
    this.origins.delete(origin);
  }

  #keepEnd(record: AttemptRecord): void {
    this.ended++;
    if (this.#isKept(record)) this.ends.push(record);
  }

  #isKept({ request, attempt, failure, at }: AttemptRecord): boolean {
    return this.#everything > 0 || attempt !== 1 || failure !== undefined || isSampled(request, this.sampling(at));
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

/** The sampling that leaves at most one in `factor` of what `sampling` does; the same where `factor` is at most 1. */
export function coarser(sampling: number, factor: number): number {
  return SAMPLINGS.find((each) => each >= sampling * Math.max(1, factor)) ?? 1000;
}

/** The most requests a second of the last two, so that sampling starts in the first busy second. */
function peak(series: Series, now: number): number {
  const second = Math.floor(now / 1000);
  return Math.max(series.startedIn(second - 1), series.startedIn(second));
}

/** Counts nothing: what telemetry costs is measured against it. */
export class SilentRecorder extends Recorder {
  override sampling(): number {
    return Number.POSITIVE_INFINITY;
  }
  override oneIn(): number {
    return Number.POSITIVE_INFINITY;
  }
  override requestStarted(): void {}
  override requestEnded(): void {}
  override attemptStarted(): void {}
  override attemptEnded(): void {}
  override refused(): void {}
}
