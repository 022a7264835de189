import { type FailureKind, isConnectFailure } from './failure.ts';
import type { RetryCondition, RetryPolicy } from './policies.ts';

/** An attempt that failed, with what decides whether the request may be tried again. */
export interface FailedAttempt {
  /** Tries of this request so far, this one included. */
  readonly attempt: number;
  readonly failure: FailureKind;
  readonly method: string;
  /** Whether any byte of the request reached the origin. */
  readonly bytesSent: boolean;
  /** Whether any byte of the response reached the client. */
  readonly responseStarted: boolean;
}

/** Sending one of these twice has the same effect as once (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Retries that may always be in flight together, however small the budget (Envoy's default). */
const LEAST_CONCURRENT = 3;

/** Whether the policy lets a failed attempt be followed by another; the budget is a separate question. */
export function isRetriable(failed: FailedAttempt, policy: RetryPolicy): boolean {
  if (failed.responseStarted || failed.attempt >= policy.attempts) return false;
  const condition = conditionOf(failed.failure);
  if (condition === undefined || !policy.on.includes(condition)) return false;
  const nothingSent = condition === 'connect-failure' && !failed.bytesSent;
  return nothingSent || IDEMPOTENT.has(failed.method);
}

function conditionOf(failure: FailureKind): RetryCondition | undefined {
  if (isConnectFailure(failure)) return 'connect-failure';
  switch (failure) {
    case 'reset':
    case 'bad-response':
      return 'reset';
    case 'first-byte-timeout':
      return 'timeout';
    case 'server-error':
      return 'server-error';
    default:
      return undefined;
  }
}

/**
 * Keeps retries from becoming a storm: those in flight may be at most a share of the requests in flight. When every
 * origin fails, unlimited retries would multiply the load just when there is least to carry it.
 */
export class RetryBudget {
  #requests = 0;
  #retries = 0;

  /** @param share 0–1 */
  allows(share: number): boolean {
    return this.#retries < Math.max(LEAST_CONCURRENT, Math.floor(this.#requests * share + 1e-9));
  }

  requestStarted(): void {
    this.#requests++;
  }

  requestFinished(): void {
    this.#requests = Math.max(0, this.#requests - 1);
  }

  retryStarted(): void {
    this.#retries++;
  }

  retryFinished(): void {
    this.#retries = Math.max(0, this.#retries - 1);
  }
}
