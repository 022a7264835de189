import type { Decision } from '../core/decision.ts';
import type { FailureKind } from '../core/failure.ts';
import type { RequestInfo } from '../core/strategy.ts';
import type { Reason } from '../protocol/frame.ts';

/** What is told of an attempt when it begins. */
export interface AttemptStart {
  /** Number of the origin in the lab's order. */
  readonly origin: number;
  /** 1 for a request's first. */
  readonly attempt: number;
  readonly reason: Reason;
  /** Address of the client, and what it asked for. */
  readonly client: string;
  readonly path: string;
}

/** Told of every single step of a run. A request goes by a number, which is another's after its end. */
export interface RunWatcher {
  requestBegan(number: number): void;
  /** `Balancer.choose` for its next attempt, which it is to call: so it can see what is compared. @param attempt 1 for the first */
  choose(
    number: number,
    attempt: number,
    request: RequestInfo,
    tried: ReadonlySet<string> | undefined,
    own: string | undefined,
  ): Decision | undefined;
  /** It waits in the balancer's queue. */
  queued(number: number): void;
  attemptBegan(number: number, start: AttemptStart): void;
  /** @param last whether the request ends with it. @param status of the origin's answer; 0 for none */
  attemptEnded(number: number, failure: FailureKind | undefined, last: boolean, status: number): void;
  /** @param failure of its last attempt, or why it got none; undefined when it completed */
  requestEnded(number: number, failure: FailureKind | undefined, client: string, path: string): void;
  /** The request goes on under another number. */
  moved(from: number, to: number): void;
}
