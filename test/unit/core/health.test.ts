import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Balancer, OriginView } from '../../../src/core/balancer.ts';
import { CHECKS_KEPT } from '../../../src/core/health.ts';
import { createRng } from '../../../src/core/rng.ts';
import { attempt, lab, policies, request, runChecks } from './support.ts';

const view = (balancer: Balancer, name = 'A') => balancer.origin(name) as OriginView;
const check = (balancer: Balancer, ok: boolean, now = 0) =>
  balancer.checkResult('A', { ok, reason: ok ? '200' : 'connection refused' }, now);

describe('active checks', () => {
  it('are due at once for a new origin, then every 2 s with ±10 % jitter', () => {
    const { balancer } = lab([1]);
    const times: number[] = [];
    let now = 0;
    for (let i = 0; i < 500; i++) {
      times.push(balancer.nextEventAt(now));
      now = times.at(-1) ?? 0;
      expect(balancer.checksDue(now)).toHaveLength(1);
      check(balancer, true, now);
    }
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(times[0]).toBe(0);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1800);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2200);
    expect(new Set(gaps).size).toBeGreaterThan(100);
  });

  it('of several origins soon spread out instead of coming together', () => {
    const { balancer } = lab([1, 1, 1]);
    runChecks(balancer, 0, 20_000, () => true);
    const due = balancer.checksDue(balancer.nextEventAt(20_000));
    expect(due).toHaveLength(1);
  });

  it('are not sent again while one is in progress', () => {
    const { balancer } = lab([1]);
    expect(balancer.checksDue(0)).toHaveLength(1);
    expect(balancer.checksDue(2500)).toHaveLength(0);
    check(balancer, false, 2600);
    expect(balancer.checksDue(2600)).toHaveLength(1);
  });

  it('take an origin for up at first, but the first that fails takes it down', () => {
    const { balancer, transitions } = lab([1]);
    expect(view(balancer)).toMatchObject({ status: 'up', available: true });
    check(balancer, false, 3);
    expect(view(balancer)).toMatchObject({ status: 'down', available: false, since: 3 });
    expect(transitions).toEqual([
      { at: 3, origin: 'A', from: 'up', to: 'down', reason: 'first check failed: connection refused' },
    ]);
  });

  it('show an origin going down and going up on the way', () => {
    const { balancer, transitions } = lab([1]);
    const results = [true, false, false, false, true, false, true, true, false, true];
    results.forEach((ok, now) => {
      check(balancer, ok, now);
    });
    expect(transitions.map(({ at, from, to }) => `${at} ${from} → ${to}`)).toEqual([
      '1 up → going-down',
      '3 going-down → down',
      '4 down → going-up',
      '5 going-up → down',
      '6 down → going-up',
      '7 going-up → up',
      '8 up → going-down',
      '9 going-down → up',
    ]);
    expect(transitions[0]?.reason).toBe('1 of 3 checks failed: connection refused');
    expect(transitions[2]?.reason).toBe('1 of 2 checks passed');
  });

  it('keep sending requests to an origin that is going down, but not to one going up', () => {
    const { balancer } = lab([1]);
    for (const ok of [true, false, false]) check(balancer, ok);
    expect(balancer.choose(request(), 0)?.origin.status).toBe('going-down');
    for (const ok of [false, true]) check(balancer, ok);
    expect(view(balancer).status).toBe('going-up');
    expect(balancer.choose(request(), 0)).toBeUndefined();
  });

  it('agree with a counter of results in a row, for any results, fall and rise', () => {
    const size = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), size, size, (results, fall, rise) => {
        const { balancer } = lab([1], { policies: policies({ active: { fall, rise } }) });
        let up = true;
        let inRow = 0;
        results.forEach((ok, index) => {
          inRow = index > 0 && results[index - 1] === ok ? inRow + 1 : 1;
          if (ok && !up && inRow >= rise) up = true;
          if (!ok && up && (inRow >= fall || index === 0)) up = false;
          check(balancer, ok, index);
          expect(view(balancer).available).toBe(up);
          const inTransition = up ? !ok : ok;
          expect(view(balancer).status).toBe(
            up ? (inTransition ? 'going-down' : 'up') : inTransition ? 'going-up' : 'down',
          );
        });
      }),
    );
  });

  it('notice a killed origin 4 to 6 s after the kill, and its return within 4.4 s of the restart', () => {
    const noticed: number[] = [];
    const returned: number[] = [];
    for (let seed = 1; seed <= 200; seed++) {
      const { balancer, transitions } = lab([1, 1, 1], { rng: createRng(seed) });
      const killAt = 30_000 + seed * 37;
      const restartAt = killAt + 20_000;
      runChecks(balancer, 0, 90_000, (name, now) => name !== 'B' || now < killAt || now >= restartAt);
      noticed.push((transitions.find(({ to }) => to === 'down')?.at ?? 0) - killAt);
      returned.push((transitions.find(({ from, to }) => from === 'going-up' && to === 'up')?.at ?? 0) - restartAt);
      expect(transitions.every(({ origin }) => origin === 'B')).toBe(true);
    }
    // Two full intervals and the rest of one; jitter stretches that by at most 10 %.
    expect(Math.min(...noticed)).toBeGreaterThan(3600);
    expect(Math.max(...noticed)).toBeLessThan(6600);
    expect(noticed.filter((delay) => delay >= 4000 && delay <= 6000).length).toBeGreaterThan(180);
    expect(Math.min(...returned)).toBeGreaterThan(1800);
    expect(Math.max(...returned)).toBeLessThan(4400);
  });

  it('go on for an origin whose check was lost', () => {
    const { balancer } = lab([1]);
    balancer.checksDue(0);
    expect(balancer.nextEventAt(0)).toBe(3000);
    expect(balancer.checksDue(2999)).toHaveLength(0);
    expect(balancer.checksDue(3000)).toHaveLength(1);
  });

  it('go on when the clock is set back by an hour, and are not made up for when it leaps ahead', () => {
    const { balancer } = lab([1]);
    const start = 10_000_000;
    runChecks(balancer, start, start + 10_000, () => true);
    const back = start - 3_600_000;
    expect(balancer.nextEventAt(back)).toBeLessThanOrEqual(back + 2200);
    let sent = 0;
    runChecks(balancer, back, back + 10_000, () => ++sent > 0);
    expect(sent).toBeGreaterThanOrEqual(4);
    const ahead = start + 3_600_000;
    expect(balancer.checksDue(ahead)).toHaveLength(1);
    check(balancer, true, ahead);
    expect(balancer.nextEventAt(ahead)).toBeGreaterThan(ahead + 1700);
  });

  it('go on when the clock is set back while one is in progress and lost', () => {
    const { balancer } = lab([1]);
    balancer.checksDue(10_000_000);
    const back = 5_000_000;
    expect(balancer.nextEventAt(back)).toBe(back + 3000);
    expect(balancer.checksDue(back + 3000)).toHaveLength(1);
  });

  it('follow a shorter interval without waiting for the long one to end', () => {
    const { balancer } = lab([1], { policies: policies({ active: { every: 60_000 } }) });
    runChecks(balancer, 0, 1000, () => true);
    balancer.setPolicies(policies({ active: { every: 500 } }), 1000);
    expect(balancer.nextEventAt(1000)).toBeLessThanOrEqual(1550);
  });

  it('let an origin go when they are switched off, and start over when they are switched on', () => {
    const { balancer } = lab([1]);
    check(balancer, false);
    balancer.setPolicies(policies({ active: 'off' }), 10);
    expect(view(balancer)).toMatchObject({ status: 'up', reason: 'health checks switched off', available: true });
    expect(balancer.checksDue(99_999)).toEqual([]);
    expect(balancer.nextEventAt(10)).toBe(Number.POSITIVE_INFINITY);
    check(balancer, false, 20);
    expect(view(balancer).status).toBe('up');
    balancer.setPolicies(policies({}), 30);
    expect(balancer.checksDue(30)).toHaveLength(1);
  });

  it('keep what they know when their numbers change', () => {
    const { balancer } = lab([1]);
    check(balancer, false);
    balancer.setPolicies(policies({ active: { fall: 9, rise: 4 } }), 10);
    expect(view(balancer).status).toBe('down');
  });

  it('are remembered, the newest 60, with what they saw and how long they took', () => {
    const { balancer } = lab([1]);
    expect(view(balancer).checks).toEqual([]);
    balancer.checksDue(0);
    check(balancer, true, 7);
    balancer.checksDue(2300);
    check(balancer, false, 3300);
    expect(view(balancer).checks).toEqual([
      { at: 7, ok: true, reason: '200', took: 7 },
      { at: 3300, ok: false, reason: 'connection refused', took: 1000 },
    ]);
    for (let i = 0; i < CHECKS_KEPT; i++) check(balancer, true, 4000 + i);
    expect(view(balancer).checks).toHaveLength(CHECKS_KEPT);
    expect(view(balancer).checks.at(-1)).toMatchObject({ at: 4000 + CHECKS_KEPT - 1, took: 0 });
    balancer.setPolicies(policies({ active: 'off' }), 9000);
    expect(view(balancer).checks).toEqual([]);
  });

  it('ignore a result for an origin that was removed', () => {
    const { balancer } = lab([1]);
    balancer.checksDue(0);
    balancer.remove('A', 1);
    check(balancer, true, 2);
    expect(balancer.nextEventAt(2)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('checks and ejection together', () => {
  const both = policies({ passive: { failures: 2, base: 10_000, maxShare: 1 } });
  const eject = (balancer: Balancer, now: number) => {
    attempt(balancer, 'A', 'reset', now);
    attempt(balancer, 'A', 'reset', now);
  };

  it('show down while the checks say so, and an ejection that ends changes nothing then', () => {
    const { balancer, transitions } = lab([1], { policies: both });
    check(balancer, true);
    eject(balancer, 100);
    for (const at of [2000, 4000, 6000]) check(balancer, false, at);
    expect(view(balancer)).toMatchObject({ status: 'down', ejectedUntil: 10_100 });
    balancer.advance(10_100);
    expect(view(balancer)).toMatchObject({ status: 'down', available: false, ejectedUntil: undefined });
    expect(transitions.map(({ from, to }) => `${from} → ${to}`)).toEqual(['up → ejected', 'ejected → down']);
  });

  it('end the ejection when the checks bring the origin back up', () => {
    const { balancer } = lab([1], { policies: both });
    check(balancer, true);
    eject(balancer, 100);
    for (const [at, ok] of [
      [200, false],
      [300, false],
      [400, false],
      [500, true],
      [600, true],
    ] as const)
      check(balancer, ok, at);
    expect(view(balancer)).toMatchObject({ status: 'up', available: true, ejectedUntil: undefined });
  });

  it('keep an origin ejected whose checks pass all the time while its requests fail', () => {
    const { balancer } = lab([1], { policies: both });
    check(balancer, true);
    eject(balancer, 100);
    for (const at of [200, 300, 400]) check(balancer, true, at);
    expect(view(balancer)).toMatchObject({ status: 'ejected', available: false });
  });
});
