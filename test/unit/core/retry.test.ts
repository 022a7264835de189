import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURES, type FailureKind } from '../../../src/core/failure.ts';
import { DEFAULT_POLICIES, type RetryCondition } from '../../../src/core/policies.ts';
import { type FailedAttempt, isRetriable, Retries, RetryBudget, retryDelay } from '../../../src/core/retry.ts';
import { createRng } from '../../../src/core/rng.ts';
import { Tries } from '../../../src/core/tries.ts';
import { lab, policies } from './support.ts';

const ALL: RetryCondition[] = ['connect-failure', 'reset', 'timeout', 'server-error'];
const failed = (values: Partial<FailedAttempt>): FailedAttempt => ({
  attempt: 1,
  failure: 'connect-refused',
  method: 'GET',
  bytesSent: false,
  responseStarted: false,
  ...values,
});
const may = (values: Partial<FailedAttempt>, on = ALL, attempts = 3) =>
  isRetriable(failed(values), { ...DEFAULT_POLICIES.retry, attempts, on });

describe('what may be tried again', () => {
  it('is a connect failure of any method, as nothing was sent', () => {
    for (const failure of ['connect-refused', 'connect-timeout', 'connect-failed'] as const) {
      for (const method of ['GET', 'POST', 'PATCH', 'BREW']) expect(may({ failure, method })).toBe(true);
    }
  });

  it('is a reset or a timeout of an idempotent method only', () => {
    const allowed = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'POST', 'PATCH', 'CONNECT', 'get'].filter(
      (method) =>
        (['reset', 'first-byte-timeout', 'server-error'] as const).every((failure) =>
          may({ failure, method, bytesSent: true }),
        ),
    );
    expect(allowed).toEqual(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
    expect(may({ failure: 'reset', method: 'POST', bytesSent: true })).toBe(false);
  });

  it('is nothing once a byte of the response reached the client', () => {
    for (const { kind } of FAILURES) expect(may({ failure: kind, responseStarted: true })).toBe(false);
  });

  it('is nothing when all tries are used up', () => {
    expect([1, 2, 3, 4].map((attempt) => may({ attempt }))).toEqual([true, true, false, false]);
    expect(may({}, ALL, 1)).toBe(false);
  });

  it('is only what the policy names', () => {
    const allowed = (on: RetryCondition[]): FailureKind[] =>
      FAILURES.map(({ kind }) => kind).filter((failure) => may({ failure, bytesSent: true }, on));
    expect(allowed([])).toEqual([]);
    expect(allowed(['connect-failure'])).toEqual([
      'connect-refused',
      'connect-timeout',
      'connect-failed',
      'tls-failed',
    ]);
    expect(allowed(['reset'])).toEqual(['reset', 'bad-response']);
    expect(allowed(['timeout'])).toEqual(['first-byte-timeout']);
    expect(allowed(['server-error'])).toEqual(['server-error']);
    expect(allowed(['gateway-error'])).toEqual([]);
  });

  it('is a gateway error for 502, 503 and 504 only', () => {
    const statuses = [500, 501, 502, 503, 504, 505, undefined].filter((status) =>
      may({ failure: 'server-error', bytesSent: true, ...(status && { status }) }, ['gateway-error']),
    );
    expect(statuses).toEqual([502, 503, 504]);
  });
});

describe('the pause before another try', () => {
  const rng = { next: () => 0.999_999, below: () => 0 };
  const longest = (backoff: number, maxBackoff: number): number[] =>
    [1, 2, 3, 4, 5, 30, 2000].map((attempt) =>
      Math.round(retryDelay(attempt, { ...DEFAULT_POLICIES.retry, backoff, maxBackoff }, rng)),
    );

  it('grows as in Envoy: up to 1, 3, 7, 15… times the base, and never beyond its bound', () => {
    expect(longest(25, 250)).toEqual([25, 75, 175, 250, 250, 250, 250]);
    expect(longest(0, 250)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('is anything from nothing up, so that those who failed together do not come back together', () => {
    const { balancer } = lab([1]);
    const pauses = Array.from({ length: 2000 }, () => balancer.retries.delay(1));
    expect(Math.min(...pauses)).toBeLessThan(1);
    expect(Math.max(...pauses)).toBeGreaterThan(24);
    expect(pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length).toBeCloseTo(12.5, 0);
  });
});

describe('the retry budget', () => {
  const started = (requests: number, retries: number) => {
    const budget = new RetryBudget();
    for (let i = 0; i < requests; i++) budget.requestStarted();
    for (let i = 0; i < retries; i++) budget.retryStarted();
    return budget;
  };

  it('allows three retries at once however few requests there are', () => {
    expect([0, 1, 2, 3].map((retries) => started(1, retries).allows(0.2))).toEqual([true, true, true, false]);
  });

  it('allows a fifth of the requests in flight', () => {
    expect(started(100, 19).allows(0.2)).toBe(true);
    expect(started(100, 20).allows(0.2)).toBe(false);
  });

  it('is no budget when it is off', () => {
    expect(started(1, 1000).allows('off')).toBe(true);
  });

  it('opens again when retries end and closes when requests end', () => {
    const budget = started(100, 20);
    budget.retryFinished();
    expect(budget.allows(0.2)).toBe(true);
    for (let i = 0; i < 90; i++) budget.requestFinished();
    expect(budget.allows(0.2)).toBe(false);
  });

  it('holds in any order of events: retries never exceed max(3, share × requests) when asked first', () => {
    const events = fc.array(fc.constantFrom('request', 'done', 'retry', 'retried'), { maxLength: 200 });
    fc.assert(
      fc.property(events, fc.constantFrom(0, 0.1, 0.2, 1), (list, share) => {
        const budget = new RetryBudget();
        let requests = 0;
        let retries = 0;
        for (const event of list) {
          if (event === 'request') {
            budget.requestStarted();
            requests++;
          } else if (event === 'done') {
            budget.requestFinished();
            requests = Math.max(0, requests - 1);
          } else if (event === 'retried') {
            budget.retryFinished();
            retries = Math.max(0, retries - 1);
          } else {
            expect(budget.allows(share)).toBe(retries < Math.max(3, Math.floor(share * requests + 1e-9)));
            if (!budget.allows(share)) continue;
            budget.retryStarted();
            retries++;
          }
        }
      }),
    );
  });

  it('is asked by the balancer after the policy', () => {
    const { balancer } = lab([1, 1], { policies: policies({ retry: { attempts: 2, on: ['reset'] } }) });
    const attempt = failed({ failure: 'reset', bytesSent: true });
    balancer.retries.requestStarted();
    expect(balancer.retries.allows(attempt)).toBe(true);
    for (let i = 0; i < 3; i++) balancer.retries.retryStarted();
    expect(balancer.retries.allows(attempt)).toBe(false);
    balancer.retries.retryFinished();
    expect(balancer.retries.allows(attempt)).toBe(true);
    expect(balancer.retries.allows(failed({ failure: 'reset', attempt: 2 }))).toBe(false);
    expect(balancer.retries.allows(failed({ failure: 'first-byte-timeout' }))).toBe(false);
    balancer.retries.requestFinished();
  });

  it('is not needed after a connect failure: no origin has worked on the request yet', () => {
    const { balancer } = lab([1, 1], { policies: policies({ retry: { attempts: 2 } }) });
    balancer.retries.requestStarted();
    for (let i = 0; i < 3; i++) balancer.retries.retryStarted();
    expect(balancer.retries.allows(failed({}))).toBe(true);
    expect(balancer.retries.allows(failed({ attempt: 2 }))).toBe(false);
  });
});

describe('the tries of a request', () => {
  it('count in the budget from when each is decided until it is over, and once only', () => {
    const retries = new Retries({ ...DEFAULT_POLICIES.retry, attempts: 9, on: ALL, budget: 0 }, createRng(1));
    const more = (): boolean => retries.allows(failed({ failure: 'reset', bytesSent: true }));
    // However small the budget, three at once are allowed.
    const [first, second, third] = [new Tries(retries), new Tries(retries), new Tries(retries)];
    for (const tries of [first, second, third]) tries.again('A', 1);
    expect(more()).toBe(false);
    second.over();
    expect(more()).toBe(true);
    second.over();
    new Tries(retries).over();
    new Tries(retries).again('A', 1);
    expect(more()).toBe(false);
    first.over();
    first.again('B', 2);
    expect(more()).toBe(false);
  });

  it('know every origin that failed the request, and wait the longer the more there were', () => {
    const policy = { ...DEFAULT_POLICIES.retry, backoff: 100, maxBackoff: 10_000 };
    const tries = new Tries(new Retries(policy, createRng(5)));
    const delays = [tries.again('A', 1), tries.again('B', 2), tries.again('A', 3)];
    const rng = createRng(5);
    expect(delays).toEqual([1, 2, 3].map((attempt) => retryDelay(attempt, policy, rng)));
    expect([...tries.failedAt]).toEqual(['A', 'B']);
  });
});

describe('what a strategy learns', () => {
  it('is no failure from a 5xx, so that a canary with errors keeps exactly its share of 9:1', () => {
    const { balancer } = lab([9, 1], { strategy: { use: 'weighted-round-robin' } });
    const sent = { stable: 0, canary: 0 };
    const request = { client: '10.0.0.1', method: 'GET', path: '/', header: () => undefined };
    for (let i = 0; i < 1000; i++) {
      const decision = balancer.choose(request, i);
      if (!decision) throw new Error('nothing chosen');
      const canary = decision.origin === balancer.origins[1];
      sent[canary ? 'canary' : 'stable']++;
      balancer.started(decision.origin, i);
      const erring = canary && sent.canary % 5 === 0;
      balancer.finished(decision.origin, erring ? { failure: 'server-error', duration: 1 } : { duration: 1 }, i);
    }
    expect(sent).toEqual({ stable: 900, canary: 100 });
  });
});
