import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Balancer, OriginView } from '../../../src/core/balancer.ts';
import { FAILURES } from '../../../src/core/failure.ts';
import { attempt, lab, letter, policies, request } from './support.ts';

const passive = (values: object = {}) =>
  policies({ active: 'off', passive: { failures: 5, base: 10_000, max: 300_000, maxShare: 1, ...values } });
const view = (balancer: Balancer, name = 'A') => balancer.origin(name) as OriginView;
const fail = (balancer: Balancer, times: number, now: number, name = 'A') => {
  for (let i = 0; i < times; i++) attempt(balancer, name, 'reset', now);
};

describe('passive ejection', () => {
  it('ejects after five failures in a row, for the base time, and lets the origin return', () => {
    const { balancer, transitions } = lab([1, 1], { policies: passive() });
    fail(balancer, 4, 1000);
    expect(view(balancer).status).toBe('up');
    fail(balancer, 1, 1000);
    expect(view(balancer)).toMatchObject({
      status: 'ejected',
      available: false,
      ejectedUntil: 11_000,
      timesEjected: 1,
    });
    expect(balancer.nextEventAt(1000)).toBe(11_000);
    balancer.advance(10_999);
    expect(view(balancer).status).toBe('ejected');
    balancer.advance(11_000);
    expect(view(balancer)).toMatchObject({ status: 'up', available: true, ejectedUntil: undefined, since: 11_000 });
    expect(transitions.map(({ at, from, to, reason }) => `${at} ${from} → ${to}: ${reason}`)).toEqual([
      '1000 up → ejected: 5 failures in a row: ejected for 10 s',
      '11000 ejected → up: ejection ended',
    ]);
  });

  it('starts counting again after a success', () => {
    const { balancer } = lab([1, 1], { policies: passive() });
    fail(balancer, 4, 0);
    attempt(balancer, 'A', undefined, 0);
    fail(balancer, 4, 0);
    expect(view(balancer).status).toBe('up');
  });

  it('counts every failure that is the origin’s, and none that is the client’s', () => {
    const neutral: string[] = [];
    for (const { kind } of FAILURES) {
      const { balancer } = lab([1], { policies: passive({ failures: 1 }) });
      balancer.started(view(balancer), 0);
      balancer.finished(view(balancer), { failure: kind, duration: 1 }, 0);
      if (view(balancer).status === 'up') neutral.push(kind);
    }
    expect(neutral).toEqual([
      'none-available',
      'client-gone',
      'bad-request',
      'queue-full',
      'queue-timeout',
      'circuit-open',
      'thread-lost',
      'body-timeout',
      'no-sockets',
    ]);
  });

  it('does not let a client that left interrupt a row of failures', () => {
    const { balancer } = lab([1], { policies: passive() });
    fail(balancer, 4, 0);
    balancer.started(view(balancer), 0);
    balancer.finished(view(balancer), { failure: 'client-gone', duration: 1 }, 0);
    fail(balancer, 1, 0);
    expect(view(balancer).status).toBe('ejected');
  });

  it('ejects for longer each time, up to the maximum', () => {
    const { balancer } = lab([1, 1], { policies: passive({ max: 25_000 }) });
    let now = 0;
    const lengths = [1, 2, 3, 4].map(() => {
      fail(balancer, 5, now);
      const until = view(balancer).ejectedUntil ?? 0;
      const length = until - now;
      balancer.advance(until);
      now = until + 1;
      return length;
    });
    expect(lengths).toEqual([10_000, 20_000, 25_000, 25_000]);
  });

  it('forgives one ejection for every base time without another', () => {
    const { balancer } = lab([1, 1], { policies: passive() });
    let now = 0;
    for (let i = 0; i < 3; i++) {
      fail(balancer, 5, now);
      now = view(balancer).ejectedUntil ?? 0;
      balancer.advance(now);
    }
    expect(view(balancer).timesEjected).toBe(3);
    expect(balancer.nextEventAt(now)).toBe(now + 10_000);
    balancer.advance(now + 20_000);
    expect(view(balancer).timesEjected).toBe(1);
    fail(balancer, 5, now + 20_000);
    expect(view(balancer).ejectedUntil).toBe(now + 40_000);
  });

  it('asks for nothing more once everything is forgiven', () => {
    const { balancer } = lab([1, 1], { policies: passive() });
    fail(balancer, 5, 0);
    for (let now = 0, steps = 0; Number.isFinite(now) && steps < 50; steps++) {
      balancer.advance(now);
      now = balancer.nextEventAt(now);
    }
    expect(balancer.nextEventAt(1e6)).toBe(Number.POSITIVE_INFINITY);
    expect(view(balancer)).toMatchObject({ status: 'up', timesEjected: 0 });
  });

  it('ejects at most the share of the origins, but always one', () => {
    const ejectedOf = (count: number, maxShare: number) => {
      const { balancer } = lab(new Array(count).fill(1), { policies: passive({ maxShare }) });
      for (let i = 0; i < count; i++) fail(balancer, 9, 0, letter(i));
      return balancer.origins.filter(({ status }) => status === 'ejected').length;
    };
    expect([ejectedOf(4, 0.1), ejectedOf(10, 0.3), ejectedOf(10, 0.39), ejectedOf(3, 1), ejectedOf(1, 0)]).toEqual([
      1, 3, 3, 3, 1,
    ]);
  });

  it('ejects at the next failure when another origin has made room', () => {
    const { balancer } = lab([1, 1], { policies: passive({ maxShare: 0.5 }) });
    fail(balancer, 5, 0, 'A');
    fail(balancer, 5, 5000, 'B');
    expect(view(balancer, 'B').status).toBe('up');
    balancer.advance(10_000);
    fail(balancer, 1, 10_000, 'B');
    expect(view(balancer, 'B').status).toBe('ejected');
  });

  it('does not prolong an ejection by requests that were in flight when it began', () => {
    const { balancer } = lab([1, 1], { policies: passive() });
    const a = view(balancer);
    for (let i = 0; i < 20; i++) balancer.started(a, 0);
    for (let i = 0; i < 20; i++) balancer.finished(a, { failure: 'first-byte-timeout', duration: 15_000 }, 100 + i);
    expect(a).toMatchObject({ ejectedUntil: 10_104, timesEjected: 1 });
    balancer.advance(10_104);
    fail(balancer, 4, 10_200);
    expect(a.status).toBe('up');
  });

  it('returns an origin when a choice is made, even when nobody called in time', () => {
    const { balancer } = lab([1], { policies: passive() });
    fail(balancer, 5, 0);
    expect(balancer.choose(request(), 9999)).toBeUndefined();
    expect(balancer.choose(request(), 10_000)?.origin.name).toBe('A');
  });

  it('ends in time when the clock is set back, and at once when it leaps ahead', () => {
    const { balancer } = lab([1], { policies: passive() });
    fail(balancer, 5, 50_000_000);
    const back = 40_000_000;
    expect(balancer.nextEventAt(back)).toBe(back + 10_000);
    balancer.advance(back + 10_000);
    expect(view(balancer).status).toBe('up');
    fail(balancer, 5, back + 10_000);
    balancer.advance(1e12);
    expect(view(balancer)).toMatchObject({ status: 'up', available: true });
  });

  it('forgives in time, too, when the clock is set back', () => {
    const { balancer } = lab([1], { policies: passive() });
    fail(balancer, 5, 50_000_000);
    balancer.advance(50_010_000);
    const back = 40_000_000;
    expect(balancer.nextEventAt(back)).toBe(back + 10_000);
    balancer.advance(back + 10_000);
    expect(view(balancer).timesEjected).toBe(0);
  });

  it('lets everyone return when it is switched off, and keeps ejections when its numbers change', () => {
    const { balancer } = lab([1, 1], { policies: passive() });
    fail(balancer, 5, 0);
    balancer.setPolicies(passive({ failures: 9, base: 500 }), 100);
    expect(view(balancer)).toMatchObject({ status: 'ejected', ejectedUntil: 10_000 });
    balancer.setPolicies(policies({ active: 'off', passive: 'off' }), 200);
    expect(view(balancer)).toMatchObject({ status: 'up', reason: 'ejection switched off', ejectedUntil: undefined });
    fail(balancer, 50, 300);
    expect(view(balancer).status).toBe('up');
  });

  it('never takes more than its share, and everyone is back in the end, whatever fails when', () => {
    const step = fc.record({
      origin: fc.nat(4),
      failures: fc.nat(6),
      later: fc.integer({ min: -30_000, max: 30_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(0, 0.2, 0.5, 0.8), (steps, maxShare) => {
        const { balancer } = lab([1, 1, 1, 1, 1], { policies: passive({ maxShare }) });
        let now = 0;
        for (const { origin, failures, later } of steps) {
          now += later;
          balancer.advance(now);
          fail(balancer, failures, now, letter(origin));
          const ejected = balancer.origins.filter(({ status }) => status === 'ejected').length;
          expect(ejected).toBeLessThanOrEqual(Math.max(1, maxShare * 5));
        }
        for (let wakes = 0; Number.isFinite(balancer.nextEventAt(now)); wakes++) {
          expect(wakes).toBeLessThan(200);
          now = balancer.nextEventAt(now);
          balancer.advance(now);
        }
        for (const origin of balancer.origins)
          expect(origin).toMatchObject({ status: 'up', available: true, timesEjected: 0 });
      }),
    );
  });
});
