import type { Theory } from './theory/theory-of.ts';

/** What `evenkeel simulate --json` prints (without `wall_s`, which only its caller can know). Times in ms unless the name says `_s`. */
export interface LabResult {
  readonly lab: string;
  readonly seed: number;
  readonly clock: 'virtual';
  readonly simulated_s: number;
  readonly results: readonly StrategyResult[];
  /** Only where it was stopped before its end. */
  readonly interrupted?: true;
}

/** One strategy's run, or several with different seeds taken together. Counts cover the requests that arrived after the warm-up. */
export interface StrategyResult {
  readonly strategy: string;
  /** Requests that arrived = completed + failed + rejected (as long as the run was not interrupted). */
  readonly offered: number;
  readonly completed: number;
  /** Ended with an error or without an answer. */
  readonly failed: number;
  /** Turned away: a queue was full, no origin was available, or the circuit breaker was open. */
  readonly rejected: number;
  /** Attempts after a request's first. */
  readonly retried: number;
  /** Of completed requests, from the arrival to the end of the answer. Null where nothing completed. */
  readonly latency_ms: {
    readonly mean: number | null;
    readonly p50: number | null;
    readonly p90: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
    readonly max: number | null;
    /** The bounds within which the mean of an endless run lies with 95 % confidence; null where there is no telling. */
    readonly mean_ci95: readonly [number, number] | null;
  };
  /** Mean number of requests in the system: queued or served. */
  readonly in_system: number;
  readonly origins: readonly OriginResult[];
  /** What a closed form says of the mean (null: it grows for ever), where the lab is such a model. */
  readonly theory?: { readonly model: string; readonly kind: Theory['kind']; readonly mean_ms: number | null };
  /** Why its figures say more about the length of the run than about the lab; absent where they don't. */
  readonly unstable?: string;
}

interface OriginResult {
  readonly name: string;
  /** Attempts sent to it. */
  readonly requests: number;
  /** Of all attempts, 0–1. */
  readonly share: number;
  readonly failed: number;
  /** Share of its workers' time that they were busy (0–1); 0 with unlimited workers. */
  readonly utilization: number;
  /** Of attempts that were answered. */
  readonly latency_ms: { readonly mean: number | null };
}
