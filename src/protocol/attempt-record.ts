import type { FailureKind } from '../core/failure.ts';
import type { Reason } from './frame.ts';

/** `AttemptRecord.queued` where the origin does not say how long the request waited. */
export const NOT_TOLD = -1;

/** What is known of an attempt, or of a request that got none, from its beginning on. */
interface AttemptBeginning {
  readonly request: number;
  /** 1, 2, …; 0: no origin was available, so there was no attempt. */
  readonly attempt: number;
  /** Name; empty where there was no attempt. */
  readonly origin: string;
  readonly client: string;
  readonly method: string;
  readonly path: string;
  readonly strategy: string;
  readonly reason: Reason;
  /** ms on the lab's clock. */
  readonly at: number;
  /** ms from the request's arrival to the beginning of this attempt. */
  readonly waited: number;
  /** ms of these, since its last attempt, in the balancer's queue. */
  readonly inQueue: number;
}

/** One attempt, and how it ended: what is not in its beginning is filled in then. */
export interface AttemptRecord extends AttemptBeginning {
  /** Whether the request ended with it. */
  last: boolean;
  /** HTTP status; 0: there was no answer. */
  status: number;
  failure: FailureKind | undefined;
  /** ms from the attempt's beginning; 0: it did not come to that. */
  connected: number;
  /** As `connected`. */
  firstByte: number;
  /** ms the request waited for a worker, as the origin says; NOT_TOLD when it does not. */
  queued: number;
  /** ms from the attempt's beginning to its end. */
  total: number;
  /** Bytes. */
  received: number;
  sent: number;
}

/** The record of an attempt that begins. Every one is made here, so that they are all of one shape, which is fast to read. */
export function recordOf(beginning: AttemptBeginning): AttemptRecord {
  const { request, attempt, origin, client, method, path, strategy, reason, at, waited, inQueue } = beginning;
  return {
    request,
    attempt,
    origin,
    client,
    method,
    path,
    strategy,
    reason,
    at,
    waited,
    inQueue,
    last: false,
    status: 0,
    failure: undefined,
    connected: 0,
    firstByte: 0,
    queued: NOT_TOLD,
    total: 0,
    received: 0,
    sent: 0,
  };
}
