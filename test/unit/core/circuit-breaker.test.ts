import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BreakerStatus } from '../../../src/core/circuit-breaker.ts';
import { CircuitBreaker } from '../../../src/core/circuit-breaker.ts';
import { FAILURES, type FailureKind } from '../../../src/core/failure.ts';
import { BREAKER, type BreakerPolicy } from '../../../src/core/policies.ts';
import { lab, policies } from './support.ts';
import { VirtualLab } from './virtual-lab.ts';

/** A breaker whose requests end in the moment they arrive, unless they say otherwise, and what it told. */
function breakerOf(values: Partial<BreakerPolicy> = {}) {
  const told: BreakerStatus[] = [];
  const breaker = new CircuitBreaker({ ...BREAKER, ...values }, (status) => told.push(status));
  const requests = (count: number, at: number, failure?: FailureKind, took = 0): void => {
    for (let i = 0; i < count; i++) breaker.ended(failure, at - took, at);
  };
  return { breaker, told, requests, state: () => breaker.status?.state };
}

/** Opened at 1 s by ten 5xx. */
function opened(values: Partial<BreakerPolicy> = {}) {
  const all = breakerOf(values);
  all.requests(9, 800, 'server-error');
  all.requests(1, 1000, 'server-error');
  return all;
}

/** How many of the requests, one every `every` ms from `from` on, pass before `until`. */
function passing(breaker: CircuitBreaker, from: number, until: number, every: number): number {
  let passed = 0;
  for (let at = from; at < until; at += every) if (breaker.admits(at)) passed++;
  return passed;
}

describe('a closed circuit breaker', () => {
  it('opens when more than the share of network errors ends so, and says why', () => {
    const { breaker, requests, state, told } = breakerOf({ errors: 'off' });
    requests(70, 1000);
    requests(30, 2000, 'connect-refused');
    expect([state(), breaker.admits(2050)]).toEqual(['closed', true]);
    requests(1, 2100, 'reset');
    expect(told).toEqual([
      { state: 'open', since: 2100, until: 12_100, why: '31 % of the last 101 requests got no answer from an origin' },
    ]);
  });

  it('opens for answers with 5xx, whoever gave them', () => {
    for (const failure of ['server-error', 'none-available', 'queue-full', 'queue-timeout'] as const) {
      const { requests, state, told } = breakerOf({ network: 0 });
      requests(75, 1000);
      requests(25, 2000, failure);
      expect(state()).toBe('closed');
      requests(1, 3000, failure);
      expect(told.at(-1)?.why).toBe('26 % of the last 101 requests failed');
    }
  });

  it('stays closed at the very share, whichever it is', () => {
    const errors = breakerOf({ network: 'off', errors: 0.25 });
    errors.requests(75, 1000);
    errors.requests(24, 2000, 'server-error');
    errors.requests(1, 2200, 'server-error');
    const network = breakerOf({ network: 0.3, errors: 'off' });
    network.requests(70, 1000);
    network.requests(29, 2000, 'reset');
    network.requests(1, 2200, 'reset');
    expect([errors.state(), network.state()]).toEqual(['closed', 'closed']);
    errors.requests(1, 2400, 'server-error');
    network.requests(1, 2400, 'reset');
    expect([errors.state(), network.state()]).toEqual(['open', 'open']);
  });

  it('has forgotten what it opened for when it closes again, however soon that is', () => {
    const { breaker, requests, state } = opened({ open: 1000, recover: 1000 });
    breaker.advance(3000);
    requests(20, 3050);
    requests(1, 3200);
    expect(state()).toBe('closed');
  });

  it('takes as a network error what ends without an answer of an origin, and only that', () => {
    const network = FAILURES.map(({ kind }) => kind).filter((kind) => {
      const { requests, state } = breakerOf({ errors: 'off' });
      requests(20, 1000, kind);
      requests(1, 1100, kind);
      return state() === 'open';
    });
    expect(network).toEqual([
      'connect-refused',
      'connect-timeout',
      'connect-failed',
      'reset',
      'first-byte-timeout',
      'bad-response',
      'broken-body',
      'tls-failed',
      'idle-timeout',
      'total-timeout',
    ]);
  });

  it('opens when the percentile is above its limit: the nearest rank of all requests, failed ones included', () => {
    const slow = { network: 'off', errors: 'off', latency: 100, percentile: 90 } as const;
    const { requests, state, told } = breakerOf(slow);
    requests(90, 1000, undefined, 100);
    requests(10, 2000, 'server-error', 500);
    expect(state()).toBe('closed');
    requests(1, 3000, undefined, 101);
    expect(state()).toBe('open');
    expect(told[0]?.why).toBe('11 % of the last 101 requests took longer than 100 ms');
  });

  it('concludes nothing from fewer requests than it wants, nor from what clients do', () => {
    const { requests, state } = breakerOf();
    requests(9, 1000, 'server-error');
    requests(100, 1500, 'client-gone');
    requests(100, 1700, 'bad-request');
    requests(100, 1900, 'circuit-open');
    expect(state()).toBe('closed');
    requests(1, 2000, 'server-error');
    expect(state()).toBe('open');
  });

  it('looks at the last ten seconds only', () => {
    const { requests, state } = breakerOf({ errors: 0.5 });
    requests(40, 1000);
    requests(40, 10_000, 'server-error');
    expect(state()).toBe('closed');
    requests(1, 10_999, 'server-error');
    expect(state()).toBe('open');
    const later = breakerOf({ errors: 0.5 });
    later.requests(9, 1000, 'server-error');
    later.requests(9, 11_000, 'server-error');
    expect(later.state()).toBe('closed');
  });

  it('looks no more often than it should', () => {
    const { requests, told } = breakerOf();
    requests(10, 1000);
    requests(10, 1099, 'server-error');
    expect(told).toEqual([]);
    requests(1, 1100, 'server-error');
    expect(told).toHaveLength(1);
  });
});

describe('an open circuit breaker', () => {
  it('lets nothing through for its time, then a share that grows evenly, then everything', () => {
    const { breaker, told } = opened();
    expect(passing(breaker, 1000, 11_000, 10)).toBe(0);
    // The mean share of each second of the ten.
    for (let second = 0; second < 10; second++) {
      const passed = passing(breaker, 11_000 + 1000 * second, 12_000 + 1000 * second, 1);
      expect(Math.abs(passed - (100 * second + 50)), `second ${second}`).toBeLessThanOrEqual(1);
    }
    expect(passing(breaker, 21_000, 22_000, 10)).toBe(100);
    expect(told.map(({ state, since, until }) => [state, since, until])).toEqual([
      ['open', 1000, 11_000],
      ['recovering', 11_000, 21_000],
      ['closed', 21_000, undefined],
    ]);
  });

  it('asks to be woken when a state ends, and only then', () => {
    const { breaker, state } = opened({ open: 2000, recover: 3000 });
    expect(breaker.nextEventAt(1500)).toBe(3000);
    breaker.advance(2999);
    expect(state()).toBe('open');
    breaker.advance(3000);
    expect([state(), breaker.nextEventAt(3000)]).toEqual(['recovering', 6000]);
    breaker.advance(60_000);
    expect([state(), breaker.nextEventAt(60_000)]).toEqual(['closed', Number.POSITIVE_INFINITY]);
  });

  it('opens again while it recovers when what passes fails, for all of its time', () => {
    const { requests, told, breaker } = opened();
    breaker.advance(11_000);
    requests(9, 14_000, 'server-error');
    requests(1, 15_000, 'server-error');
    expect(told.at(-1)).toMatchObject({ state: 'open', since: 15_000, until: 25_000 });
    expect(passing(breaker, 15_000, 25_000, 100)).toBe(0);
  });

  it('learns nothing from requests that began before it opened, however late they end', () => {
    const { breaker, requests, state } = opened();
    requests(50, 11_500, 'first-byte-timeout', 10_600);
    breaker.advance(11_600);
    requests(50, 11_700, 'first-byte-timeout', 10_700);
    expect(state()).toBe('recovering');
  });

  it('comes to no harm by a clock that jumps back', () => {
    const { breaker, requests, state } = opened();
    breaker.advance(500);
    expect(breaker.nextEventAt(500)).toBe(10_500);
    expect(passing(breaker, 500, 10_500, 100)).toBe(0);
    breaker.advance(20_500);
    expect(state()).toBe('closed');
    breaker.advance(100);
    requests(10, 200, 'server-error');
    requests(1, 300, 'server-error');
    expect(state()).toBe('open');
  });

  it('lets go when it is switched off, and begins anew when on again', () => {
    const { breaker, requests, state, told } = opened();
    breaker.setPolicy('off', 2000);
    expect([state(), breaker.admits(2000), breaker.nextEventAt(2000)]).toEqual([
      undefined,
      true,
      Number.POSITIVE_INFINITY,
    ]);
    requests(100, 2100, 'server-error');
    breaker.setPolicy(BREAKER, 3000);
    expect(breaker.status).toEqual({ state: 'closed', since: 3000, why: '' });
    requests(9, 3100, 'server-error');
    expect([state(), told]).toEqual(['closed', [expect.objectContaining({ state: 'open' })]]);
  });

  it('lasts as long as the figures of now say', () => {
    const { breaker } = opened();
    breaker.setPolicy({ ...BREAKER, open: 3000 }, 2000);
    expect([breaker.nextEventAt(2000), breaker.status?.until]).toEqual([4000, 4000]);
  });
});

describe('whatever happens, the circuit breaker', () => {
  const happening = fc.record({
    jump: fc.integer({ min: -20_000, max: 20_000 }),
    failure: fc.constantFrom(undefined, 'server-error' as const, 'reset' as const, 'client-gone' as const),
    took: fc.integer({ min: 0, max: 5000 }),
  });

  it('is never without an end while it refuses anything', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 200 }), (happenings) => {
        const { breaker, state } = breakerOf({ minRequests: 1, latency: 1000, percentile: 50 });
        let now = 100_000;
        for (const { jump, failure, took } of happenings) {
          now = Math.max(0, now + jump);
          if (breaker.admits(now)) breaker.ended(failure, now - took, now);
          const next = breaker.nextEventAt(now);
          if (state() === 'closed') expect(next).toBe(Number.POSITIVE_INFINITY);
          else expect(next).toBeLessThanOrEqual(now + 10_000);
        }
        breaker.advance(now + 10_000);
        breaker.advance(now + 20_000);
        expect(breaker.admits(now + 20_000)).toBe(true);
      }),
    );
  });

  it('lets through, of any arrivals while it recovers, what the shares add up to', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9999 }), { maxLength: 500 }), (arrivals) => {
        const { breaker } = opened();
        let owed = 0;
        let passed = 0;
        for (const at of arrivals.sort((a, b) => a - b)) {
          owed += at / 10_000;
          if (breaker.admits(11_000 + at)) passed++;
        }
        expect(owed - passed).toBeGreaterThan(-1e-6);
        expect(owed - passed).toBeLessThan(1);
      }),
    );
  });
});

describe('a lab with a circuit breaker', () => {
  it('spares its failing origins: three in four seconds of an endless outage nothing reaches them', () => {
    const { balancer } = lab([1, 1], { policies: policies({ active: 'off', passive: 'off', breaker: BREAKER }) });
    const failing = new VirtualLab(balancer, () => ({ ms: 5, failure: 'server-error' }));
    failing.stream(0, 60_000, 10);
    failing.run(61_000);
    const reached = failing.tally()['server-error'] ?? 0;
    expect(reached).toBeGreaterThan(20);
    // Without it, 6000.
    expect(reached).toBeLessThan(100);
    expect(failing.tally()['circuit-open']).toBe(6000 - reached);
  });

  it('counts requests as their clients see them: one that a retry saves is fine', () => {
    const { balancer } = lab([1, 1], {
      policies: policies({ passive: 'off', retry: { on: ['reset'], budget: 'off' }, breaker: BREAKER }),
    });
    const saved = new VirtualLab(balancer, (origin) => ({ ms: 5, failure: origin === 'A' ? 'reset' : undefined }));
    saved.stream(0, 10_000, 10);
    saved.run(20_000);
    expect(saved.tally()).toEqual({ ok: 1000 });
  });
});
