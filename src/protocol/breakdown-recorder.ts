import { type FailureKind, isOriginFailure } from '../core/failure.ts';
import type { AttemptRecord } from './attempt-record.ts';
import { Recorder } from './recorder.ts';

/** Attempts that an origin left without an answer of its own (a 5xx is one), since the lab's start. Exact. */
export interface Breakdowns {
  /** The request was tried again. */
  readonly retried: number;
  /** The client saw the failure. */
  readonly lost: number;
}

const NONE: Breakdowns = { retried: 0, lost: 0 };

/** A recorder that also counts, per origin, what became of the requests it broke: what a failover cost. */
export class BreakdownRecorder extends Recorder {
  readonly #counts = new Map<string, { retried: number; lost: number }>();
  readonly #failures = new Map<string, Partial<Record<FailureKind, number>>>();
  readonly #refusals: Partial<Record<FailureKind, number>> = {};
  readonly #onBreakdown: () => void;
  readonly #onForgotten: (origin: string) => void;

  /**
   * @param onBreakdown called after each attempt that is counted, and each request for which no origin was available
   * @param onForgotten an origin has left, and all that was counted of it is dropped
   */
  constructor(onBreakdown: () => void = () => {}, onForgotten: (origin: string) => void = () => {}) {
    super();
    this.#onBreakdown = onBreakdown;
    this.#onForgotten = onForgotten;
  }

  override attemptEnded(record: AttemptRecord, endedAt: number): void {
    super.attemptEnded(record, endedAt);
    const { failure, origin, last } = record;
    if (failure === undefined) return;
    this.#countFailure(origin, failure);
    if (failure === 'server-error' || !isOriginFailure(failure)) return;
    let counts = this.#counts.get(origin);
    if (!counts) {
      counts = { retried: 0, lost: 0 };
      this.#counts.set(origin, counts);
    }
    if (last) counts.lost++;
    else counts.retried++;
    this.#onBreakdown();
  }

  override refused(record: AttemptRecord): void {
    super.refused(record);
    if (record.failure === undefined) return;
    count(this.#refusals, record.failure);
    if (record.failure === 'none-available') this.#onBreakdown();
  }

  /** Requests that ended without an attempt under way, by kind. */
  get refusals(): Readonly<Partial<Record<FailureKind, number>>> {
    return { ...this.#refusals };
  }

  /** Failed attempts at the origin by kind. */
  failures(origin: string): Readonly<Partial<Record<FailureKind, number>>> {
    return { ...this.#failures.get(origin) };
  }

  breakdowns(origin: string): Breakdowns {
    return { ...(this.#counts.get(origin) ?? NONE) };
  }

  protected override forget(origin: string): void {
    super.forget(origin);
    this.#counts.delete(origin);
    this.#failures.delete(origin);
    this.#onForgotten(origin);
  }

  #countFailure(origin: string, failure: FailureKind): void {
    let failures = this.#failures.get(origin);
    if (failures === undefined) {
      failures = {};
      this.#failures.set(origin, failures);
    }
    count(failures, failure);
  }
}

function count(counts: Partial<Record<FailureKind, number>>, kind: FailureKind): void {
  counts[kind] = (counts[kind] ?? 0) + 1;
}
