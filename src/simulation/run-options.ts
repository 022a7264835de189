import type { BreakerStatus, Transition } from '../core/balancer.ts';
import type { FailureKind } from '../core/failure.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { Fault } from '../protocol/lab.ts';
import type { RunWatcher } from './run-watcher.ts';

/** What of a lab a run may have differently. Times in ms. */
export interface RunOptions {
  readonly strategy: StrategySpec;
  readonly seed: number;
  /** The whole run, warm-up included. */
  readonly duration: number;
  /** Requests that arrive before this time are not counted. */
  readonly warmup: number;
  /** Spans that are measured by themselves. */
  readonly windows?: readonly (readonly [number, number])[];
  /** Whether each second is kept, for charts. */
  readonly series?: boolean;
  /** Whether it is followed which origins clients meet. */
  readonly trail?: boolean;
  /** Called when an attempt is over. */
  readonly onAttempt?: (attempt: AttemptTrace) => void;
  /** Told of every single step. */
  readonly watcher?: RunWatcher;
  /** Called before something is done to an origin, by the lab's script or from outside, and after it. */
  readonly onFault?: (origin: string, fault: Fault) => void;
  readonly afterFault?: (origin: string) => void;
  /** Called when an origin is about to end by itself. @param waiting requests in its queue, more than it can hold */
  readonly onCrash?: (origin: string, waiting: number) => void;
  /** Called when an origin's status changes. */
  readonly onTransition?: (transition: Transition) => void;
  /** Called when the circuit breaker's state changes. */
  readonly onBreaker?: (status: BreakerStatus) => void;
}

/** An attempt as it went. Times in ms. */
export interface AttemptTrace {
  /** Number of the origin in the lab's order. */
  readonly origin: number;
  /** 1 for a request's first. */
  readonly attempt: number;
  /** When its request arrived, when it began and when it ended. */
  readonly arrivedAt: number;
  readonly begunAt: number;
  readonly endedAt: number;
  /** Absent when it succeeded. */
  readonly failure: FailureKind | undefined;
}

/** What had added up by a moment (ms). */
export interface Mark {
  readonly at: number;
  /** Requests in the system × ms. */
  readonly area: number;
  /** ms that workers spent serving, by origin. */
  readonly busy: readonly number[];
  /** Requests in the origins' queues, by origin. */
  readonly waiting: readonly number[];
}
