/** Upper bounds (ms) of the buckets in which durations are counted since the start; what is longer has a bucket of its own. */
export const DURATION_BOUNDS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000] as const;

/** Durations since the start. */
export interface DurationCounts {
  /** For each of DURATION_BOUNDS how many were at most as long and longer than the one before; the last of all: longer than any. */
  readonly counts: readonly number[];
  /** ms. */
  readonly sum: number;
}

/** Requests, or attempts at one origin, counted exactly since the start. */
export interface SeriesMetrics {
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  /** Attempts beyond the first of a request. */
  readonly retries: number;
  readonly inFlight: number;
  readonly durations: DurationCounts;
}

export interface OriginMetrics extends SeriesMetrics {
  readonly name: string;
  /** Bytes of bodies: from the origin and to it. */
  readonly received: number;
  readonly sent: number;
  /** Failed attempts by kind of failure. */
  readonly failures: Readonly<Record<string, number>>;
  /** Attempts it left without an answer, by what became of the request. */
  readonly breakdowns: { readonly retried: number; readonly lost: number };
  readonly ejections: number;
  readonly checks: { readonly passed: number; readonly failed: number };
}

/** What the balancer has counted since the start, for whoever collects metrics. */
export interface EngineMetrics {
  readonly requests: SeriesMetrics;
  /** Attempts started, the first of each request included, whatever became of their origins. */
  readonly attempts: number;
  /** Requests in the balancer's queue now. */
  readonly queued: number;
  /** Requests that ended without an attempt under way, by kind of failure. */
  readonly refused: Readonly<Record<string, number>>;
  /** Those included that have left a moment ago; they go when their last attempt is over and ten seconds past. */
  readonly origins: readonly OriginMetrics[];
}
