import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../src/core/rng.ts';
import { createStrategy, STRATEGIES, strategyDefinition } from '../../../../src/core/strategies/registry.ts';
import type { StrategySpec } from '../../../../src/core/strategy.ts';
import { candidate, explain, poolOf, request, type TestCandidate, tellEnd, tellStart } from '../support.ts';

/** Every strategy with its defaults, and whatever else of it behaves otherwise. */
const VARIANTS: readonly StrategySpec[] = [
  ...STRATEGIES.map(({ id }) => ({ use: id })),
  { use: 'weighted-round-robin', order: 'deadline' },
  { use: 'weighted-round-robin', order: 'blocks' },
  { use: 'least-connections', as: 'haproxy' },
  { use: 'least-connections', as: 'caddy' },
  { use: 'power-of-two-choices', replacement: true },
  { use: 'power-of-two-choices', bias: 0 },
  { use: 'least-load', method: 'weights', blackout: 0, update: 100 },
  { use: 'least-time', measure: 'last-byte', inFlight: true },
  { use: 'ip-hash', octets: 4 },
  { use: 'path-hash', query: true },
  { use: 'ring-hash', boundedLoad: 1.25, vnodes: 20 },
];

/** A table that is filled for each of thousands of pools is a small one here. */
const small = (spec: StrategySpec): StrategySpec => ({ ...spec, ...(spec.use === 'maglev' && { tableSize: 251 }) });

/** First available fills the first origins first: that is what it is for. */
const FAVOURS_THE_FIRST: ReadonlySet<string> = new Set(['first-available']);

describe.each(VARIANTS.map((spec) => [JSON.stringify(spec), spec] as const))('%s', (_, spec) => {
  const origin = fc.record({
    weight: fc.integer({ min: 1, max: 9 }),
    inFlight: fc.nat(9),
    load: fc.option(fc.record({ value: fc.double({ min: 0, max: 2, noNaN: true }), at: fc.nat(20_000) }), {
      nil: undefined,
    }),
    up: fc.boolean(),
  });
  const step = fc.record({
    origins: fc.array(origin, { minLength: 1, maxLength: 6 }),
    octet: fc.integer({ min: 0, max: 255 }),
    failed: fc.boolean(),
  });

  it('chooses an available origin whatever happens to the pool, and explaining it changes nothing', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), fc.integer(), (steps, seed) => {
        const looked = createStrategy(small(spec));
        const plain = createStrategy(small(spec));
        const rngs = [createRng(seed), createRng(seed)] as const;
        steps.forEach(({ origins, octet, failed }, index) => {
          const all = origins.map((values, position) => candidate(`o${position}`, values as never));
          const down = all.filter((_, position) => !origins[position]?.up).map(({ name }) => name);
          if (down.length === all.length) down.pop();
          const pool = poolOf(all, down);
          const info = request({ client: `10.${octet}.1.1` });
          explain(looked, pool, info, index * 100);
          const chosen = looked.choose(pool, info, index * 100, rngs[0]);
          expect(pool.available).toContain(chosen);
          expect(plain.choose(pool, info, index * 100, rngs[1])).toBe(chosen);
          for (const one of [looked, plain]) {
            tellStart(one, chosen as never, index * 100);
            tellEnd(one, chosen as never, index * 100, 5, failed ? 'failure' : 'success');
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  it('starves no origin that is available, old or new, while requests come and go', () => {
    const all: TestCandidate[] = [1, 3, 1, 2].map((weight, index) => candidate(`o${index}`, { weight }));
    const one = createStrategy(spec);
    const rng = createRng(3);
    const running: { origin: TestCandidate; until: number }[] = [];
    const counts = new Map<string, number>();
    let pool = poolOf(all.slice(0, 3));
    for (let now = 0; now < 60_000; now += 10) {
      if (now === 20_000) pool = poolOf(all);
      for (const ended of running.filter(({ until }) => until <= now)) {
        running.splice(running.indexOf(ended), 1);
        ended.origin.inFlight--;
        tellEnd(one, ended.origin, now, 40 + Number(ended.origin.name[1]) * 10);
      }
      if (now % 1000 === 0) for (const each of all) each.load = { value: each.inFlight / 5, at: now };
      const info = request({ client: `10.${now % 251}.${now % 13}.${now % 7}`, path: `/${now % 101}` });
      const origin = one.choose(pool, info, now, rng) as TestCandidate;
      origin.inFlight++;
      tellStart(one, origin, now);
      running.push({ origin, until: now + 40 + Number(origin.name[1]) * 10 });
      counts.set(origin.name, (counts.get(origin.name) ?? 0) + 1);
    }
    const least = FAVOURS_THE_FIRST.has(spec.use) ? 1 : 100;
    expect(counts.get('o0')).toBeGreaterThan(least);
    if (least === 1) return;
    for (const { name } of all) expect(counts.get(name) ?? 0, name).toBeGreaterThan(least);
  });

  it('matches its expected shares in the long run, where it has any', () => {
    const definition = strategyDefinition(spec.use);
    for (const weights of [
      [1, 1, 1],
      [5, 3, 2],
      [0.5, 0.3, 0.2],
    ]) {
      const all = weights.map((weight, index) => candidate(`o${index}`, { weight }));
      const shares = definition.expectedShares?.(all);
      if (shares === undefined) continue;
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      const counts = new Map(all.map((one) => [one, 0]));
      const one = createStrategy(spec);
      const rng = createRng(11);
      const pool = poolOf(all);
      for (let i = 0; i < 50_000; i++) {
        const chosen = one.choose(pool, request(), i, rng) as never;
        counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
      }
      all.forEach((each, index) => {
        expect((counts.get(each) ?? 0) / 50_000).toBeCloseTo(shares[index] ?? 0, 2);
      });
    }
  });
});
