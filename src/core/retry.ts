import { type FailureKind, isConnectFailure } from './failure.ts';
import type { RetryCondition, RetryPolicy } from './policies.ts';
import type { Rng } from './rng.ts';

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
  /** Of a `server-error`. */
  readonly status?: number;
}

/** Sending one of these twice has the same effect as once (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Whether repeating it does no harm. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}

/** Retries that may always be in flight together, however small the budget (Envoy's default). */
const LEAST_CONCURRENT = 3;

/** Whether the policy lets a failed attempt be followed by another; the budget is a separate question. */
export function isRetriable(failed: FailedAttempt, policy: RetryPolicy): boolean {
  if (failed.responseStarted || failed.attempt >= policy.attempts) return false;
  if (!policy.on.some((condition) => meets(failed, condition))) return false;
  const nothingSent = isConnectFailure(failed.failure) && !failed.bytesSent;
  return nothingSent || isIdempotent(failed.method);
}

function meets({ failure, status = 0 }: FailedAttempt, condition: RetryCondition): boolean {
  switch (condition) {
    case 'connect-failure':
      return isConnectFailure(failure);
    case 'reset':
      return failure === 'reset' || failure === 'bad-response';
    case 'timeout':
      return failure === 'first-byte-timeout';
    case 'server-error':
      return failure === 'server-error';
    case 'gateway-error':
      return failure === 'server-error' && status >= 502 && status <= 504;
  }
}

/**
 * ms to wait before the next try: exponential with full jitter, so that those who failed together do not come back together.
 * @param attempt tries of the request so far
 */
export function retryDelay(attempt: number, { backoff, maxBackoff }: RetryPolicy, rng: Rng): number {
  return backoff === 0 ? 0 : rng.next() * Math.min(maxBackoff, (2 ** attempt - 1) * backoff);
}

/** The policy over one lab: what may be tried again now, and after how long. */
export class Retries {
  policy: RetryPolicy;
  readonly #budget: RetryBudget;
  readonly #rng: Rng;

  constructor(policy: RetryPolicy, rng: Rng, budget = new RetryBudget()) {
    this.policy = policy;
    this.#rng = rng;
    this.#budget = budget;
  }

  /**
   * Whether the policy and the budget let a failed attempt be followed by another. A connect failure is outside the budget:
   * no origin worked on the request yet, so trying elsewhere adds no load and cannot make a storm.
   */
  allows(failed: FailedAttempt): boolean {
    if (!isRetriable(failed, this.policy)) return false;
    return (isConnectFailure(failed.failure) && !failed.bytesSent) || this.#budget.allows(this.policy.budget);
  }

  delay(attempt: number): number {
    return retryDelay(attempt, this.policy, this.#rng);
  }

  requestStarted(): void {
    this.#budget.requestStarted();
  }

  requestFinished(): void {
    this.#budget.requestFinished();
  }

  retryStarted(): void {
    this.#budget.retryStarted();
  }

  retryFinished(): void {
    this.#budget.retryFinished();
  }
}

/**
 * Keeps retries from becoming a storm: those in flight may be at most a share of the requests in flight. When every
 * origin fails, unlimited retries would multiply the load just when there is least to carry it.
 */
export class RetryBudget {
  #requests = 0;
  #retries = 0;

  /** In flight now. */
  get requests(): number {
    return this.#requests;
  }

  get retries(): number {
    return this.#retries;
  }

  /** @param share 0–1 */
  allows(share: number | 'off'): boolean {
    return share === 'off' || this.retries < Math.max(LEAST_CONCURRENT, Math.floor(this.requests * share + 1e-9));
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
