import { describe, expect, it } from 'vitest';
import type { Balancer } from '../../../src/core/balancer.ts';
import { SLOW_START, type SlowStartPolicy } from '../../../src/core/policies.ts';
import { warmth } from '../../../src/core/slow-start.ts';
import { STRATEGIES } from '../../../src/core/strategies/registry.ts';
import { attempt, lab, policies, request, runChecks, tally } from './support.ts';

const WINDOW = 10_000;
const RETURN = 1000;
const slowly = (change: Partial<SlowStartPolicy> = {}) =>
  policies({
    active: 'off',
    passive: { failures: 1, base: RETURN, max: RETURN, maxShare: 1 },
    slowStart: { ...SLOW_START, window: WINDOW, ...change },
  });

/** Four origins of which A was ejected at 0, so that it comes back at RETURN. */
function returning(strategy: { readonly use: string }, change: Partial<SlowStartPolicy> = {}): Balancer {
  const { balancer } = lab([1, 1, 1, 1], { strategy, policies: slowly(change) });
  attempt(balancer, 'A', 'reset', 0);
  return balancer;
}

/** A's part of 4,000 requests, each over before the next, of that many clients, while the clock stands at `now`. */
function partOfA(balancer: Balancer, now: number): number {
  balancer.advance(now);
  const names = Array.from({ length: 4000 }, (_, index) => {
    const client = `10.${index % 250}.${index % 241}.${index % 239}`;
    const info = request({ client, path: `/${index}` });
    const origin = balancer.choose(info, now)?.origin;
    if (!origin) throw new Error('there is none');
    balancer.started(origin, now);
    balancer.finished(origin, { duration: 5, firstByte: 5 }, now);
    return origin.name;
  });
  return (tally(names).get('A') ?? 0) / names.length;
}

describe('the part of its share', () => {
  it.each<[SlowStartPolicy, number[]]>([
    [{ ...SLOW_START, min: 0.01 }, [0.01, 0.25, 0.5, 0.75, 1]],
    [{ ...SLOW_START, min: 0.1 }, [0.1, 0.25, 0.5, 0.75, 1]],
    [{ ...SLOW_START, min: 0.3 }, [0.3, 0.3, 0.5, 0.75, 1]],
    [{ ...SLOW_START, aggression: 2 }, [0.1, 0.5, Math.SQRT1_2, Math.sqrt(0.75), 1]],
    [{ ...SLOW_START, aggression: 0.5 }, [0.1, 0.1, 0.25, 0.5625, 1]],
  ])('follows %j as in HAProxy and Envoy', (policy, expected) => {
    const parts = [0, 0.25, 0.5, 0.75, 1].map((time) => warmth(time, policy));
    parts.forEach((part, index) => {
      expect(part).toBeCloseTo(expected[index] as number, 12);
    });
  });
});

describe('an origin that comes back', () => {
  it('gets little at first and all in the end, and the balancer asks to be woken for each step', () => {
    const balancer = returning({ use: 'weighted-round-robin' });
    const a = balancer.origin('A');
    expect(balancer.nextEventAt(0)).toBe(RETURN);
    const steps: [at: number, warmth: number][] = [];
    for (let now = balancer.nextEventAt(0); now < 60_000; now = balancer.nextEventAt(now)) {
      balancer.advance(now);
      if (steps.at(-1)?.[1] !== a?.warmth) steps.push([now, a?.warmth ?? 0]);
    }
    expect(steps.slice(0, 3)).toEqual([
      [1000, 0.1],
      [2500, 0.15],
      [3000, 0.2],
    ]);
    expect(steps.at(-1)).toEqual([RETURN + WINDOW, 1]);
    expect(steps).toHaveLength(19);
    expect(a).toMatchObject({ weight: 1, configuredWeight: 1 });
  });

  it('gets a tenth of its turns by its weight, or by lot where weights mean nothing', () => {
    expect(partOfA(returning({ use: 'weighted-round-robin' }), RETURN)).toBeCloseTo(0.1 / 3.1, 3);
    expect(partOfA(returning({ use: 'round-robin' }), RETURN)).toBeCloseTo(0.1 / 3.1, 2);
    expect(partOfA(returning({ use: 'random' }), RETURN)).toBeCloseTo(0.1 / 4, 2);
  });

  it.each(STRATEGIES.map(({ id }) => id))('has a part of its share with %s, and all of it after the window', (use) => {
    const balancer = returning({ use });
    // What it gets when it is warm, in a lab in which nothing ever happened.
    const usual = partOfA(lab([1, 1, 1, 1], { strategy: { use }, policies: slowly() }).balancer, 0);
    const first = partOfA(balancer, RETURN);
    const half = partOfA(balancer, RETURN + WINDOW / 2);
    const last = partOfA(balancer, RETURN + WINDOW);
    expect(first).toBeLessThan(usual * 0.35);
    expect(half).toBeLessThan(usual * 0.8);
    expect(half).toBeGreaterThan(usual * 0.1);
    expect(last).toBeGreaterThan(usual * 0.9);
    expect(balancer.warming).toBe(false);
  });

  it('is chosen all the same when nobody else can be', () => {
    for (const use of ['round-robin', 'weighted-round-robin']) {
      const balancer = returning({ use });
      balancer.advance(RETURN);
      for (const name of ['B', 'C', 'D']) balancer.drain(name, RETURN);
      expect(partOfA(balancer, RETURN)).toBe(1);
    }
  });

  it('begins anew when it falls again', () => {
    const balancer = returning({ use: 'round-robin' });
    balancer.advance(9000);
    expect(balancer.origin('A')?.warmth).toBe(0.1);
    balancer.advance(14_000);
    expect(balancer.origin('A')?.warmth).toBeCloseTo(0.5);
    attempt(balancer, 'A', 'reset', 14_000);
    expect([balancer.origin('A')?.warmth, balancer.warming]).toEqual([1, false]);
    balancer.advance(15_000);
    expect(balancer.origin('A')?.warmth).toBe(0.1);
  });

  it('is cold after it was down, but not at the start of the lab, not for a new origin and not after a drain', () => {
    const { balancer } = lab([1, 1], { policies: policies({ slowStart: SLOW_START }) });
    const warmths = () => balancer.origins.map(({ warmth: part }) => part);
    runChecks(balancer, 0, 5000, () => true);
    balancer.add({ name: 'C', address: 'C:80', weight: 1 }, 5000);
    balancer.drain('A', 5000);
    balancer.resume('A', 6000);
    expect(warmths()).toEqual([1, 1, 1]);
    runChecks(balancer, 6000, 20_000, (name) => name !== 'B');
    expect(warmths()).toEqual([1, 1, 1]);
    runChecks(balancer, 20_000, 26_000, () => true);
    expect(warmths()).toEqual([1, expect.closeTo(0.1, 1), 1]);
  });
});

describe('while an origin warms up', () => {
  it('its weight may be changed', () => {
    const balancer = returning({ use: 'weighted-round-robin' });
    balancer.advance(RETURN);
    balancer.setWeight('A', 5, RETURN);
    expect(balancer.origin('A')).toMatchObject({ configuredWeight: 5, weight: 0.5 });
  });

  it('the strategy may be changed, for one that goes by weights and back', () => {
    const balancer = returning({ use: 'round-robin' });
    balancer.advance(RETURN);
    expect(balancer.origin('A')).toMatchObject({ weight: 1, warmth: 0.1 });
    balancer.setStrategy({ use: 'weighted-random' }, RETURN);
    expect(balancer.origin('A')?.weight).toBeCloseTo(0.1);
    balancer.setStrategy({ use: 'least-connections', as: 'caddy' }, RETURN);
    expect(balancer.origin('A')?.weight).toBe(1);
  });

  it('the policy may be changed, or switched off', () => {
    const balancer = returning({ use: 'weighted-round-robin' });
    balancer.advance(RETURN);
    balancer.setPolicies(slowly({ window: 4000 }), RETURN + 2000);
    expect(balancer.origin('A')?.warmth).toBeCloseTo(0.5);
    balancer.setPolicies({ ...slowly(), slowStart: 'off' }, RETURN + 2000);
    expect(balancer.origin('A')).toMatchObject({ warmth: 1, weight: 1 });
    expect(balancer.nextEventAt(RETURN + 2000)).toBe(2 * RETURN);
  });

  it('it may leave', () => {
    const balancer = returning({ use: 'round-robin' });
    balancer.advance(RETURN);
    balancer.remove('A', RETURN);
    expect(balancer.warming).toBe(false);
    expect(balancer.choose(request(), RETURN)?.origin.name).toBe('B');
  });

  it('a clock that jumps back makes it no colder', () => {
    const balancer = returning({ use: 'round-robin' });
    balancer.advance(RETURN);
    balancer.advance(-60_000);
    expect(balancer.nextEventAt(-60_000)).toBeLessThanOrEqual(-60_000 + WINDOW / 20);
    balancer.advance(-60_000 + WINDOW);
    expect(balancer.warming).toBe(false);
  });
});
