import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvenkeelError } from '../../../../src/core/errors.ts';
import { createRng } from '../../../../src/core/rng.ts';
import {
  createStrategy,
  normaliseSpec,
  STRATEGIES,
  strategyDefinition,
} from '../../../../src/core/strategies/registry.ts';
import type { StrategySpec } from '../../../../src/core/strategy.ts';
import { candidate, poolOf, request } from '../support.ts';

const problem = (run: () => unknown): { code: string; message: string } => {
  try {
    run();
  } catch (error) {
    if (error instanceof EvenkeelError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it did not throw');
};

describe('the list of strategies', () => {
  it('holds every file of the folder under its own name, once', () => {
    const files = readdirSync(new URL('../../../../src/core/strategies/', import.meta.url));
    const ids = files.filter((file) => file !== 'registry.ts').map((file) => file.replace('.ts', ''));
    expect(ids.length).toBeGreaterThan(5);
    expect(STRATEGIES.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  it.each(STRATEGIES.map((definition) => [definition.id, definition] as const))(
    'describes %s in short plain sentences',
    (_, one) => {
      for (const sentence of [one.rule, one.goodWhen, one.failsWhen]) expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(one.rule.length).toBeLessThanOrEqual(92);
      expect(one.knownAs.length).toBeGreaterThan(0);
    },
  );

  it('suggests the strategy that a misspelt or product name means', () => {
    expect(problem(() => strategyDefinition('round-robbin'))).toEqual({
      code: 'unknown-strategy',
      message: 'There is no strategy called "round-robbin". Did you mean "round-robin"?',
    });
    expect(problem(() => strategyDefinition('leastconn')).message).toContain('"least-connections"');
    expect(problem(() => strategyDefinition('p2c')).message).toContain('"power-of-two-choices"');
    expect(problem(() => strategyDefinition('zzz')).message).toContain('Choose one of round-robin, ');
    expect(problem(() => strategyDefinition('constructor')).code).toBe('unknown-strategy');
  });
});

describe('a strategy as a value', () => {
  it('may be just an id; defaults are filled in', () => {
    expect(normaliseSpec('round-robin')).toEqual({ use: 'round-robin' });
    expect(normaliseSpec({ use: 'power-of-two-choices', choices: 3 })).toEqual({
      use: 'power-of-two-choices',
      choices: 3,
      replacement: false,
    });
    expect(normaliseSpec('path-rules')).toEqual({ use: 'path-rules', rules: [], default: { use: 'round-robin' } });
  });

  it('is normalised in groups too', () => {
    const rules = [
      { prefix: '/', origins: ['A'], strategy: 'power-of-two-choices' },
      { prefix: '/b', origins: ['B'] },
    ];
    expect(normaliseSpec({ use: 'path-rules', rules, default: 'random' })).toEqual({
      use: 'path-rules',
      rules: [
        { prefix: '/', origins: ['A'], strategy: { use: 'power-of-two-choices', choices: 2, replacement: false } },
        { prefix: '/b', origins: ['B'], strategy: { use: 'round-robin' } },
      ],
      default: { use: 'random' },
    });
  });

  it('normalises to itself', () => {
    for (const { id } of STRATEGIES) expect(normaliseSpec(normaliseSpec(id))).toEqual(normaliseSpec(id));
  });

  it.each([
    [{ use: 'round-robin', choices: 2 }, 'round-robin has no parameter "choices"; it has none.'],
    [
      { use: 'power-of-two-choices', choises: 2 },
      'power-of-two-choices has no parameter "choises"; it has choices, replacement. Did you mean "choices"?',
    ],
    [
      { use: 'power-of-two-choices', choices: 0 },
      'power-of-two-choices: choices must be a whole number from 1 to 100, not 0.',
    ],
    [
      { use: 'power-of-two-choices', choices: 2.5 },
      'power-of-two-choices: choices must be a whole number from 1 to 100, not 2.5.',
    ],
    [
      { use: 'power-of-two-choices', choices: '2' },
      'power-of-two-choices: choices must be a whole number from 1 to 100, not "2".',
    ],
    [
      { use: 'power-of-two-choices', choices: Number.NaN },
      'power-of-two-choices: choices must be a whole number from 1 to 100, not NaN.',
    ],
    [
      { use: 'power-of-two-choices', replacement: 1 },
      'power-of-two-choices: replacement must be true or false, not 1.',
    ],
    [{ use: 'ip-hash', octets: 5 }, 'ip-hash: octets must be a whole number from 3 to 4, not 5.'],
    [{ use: 'least-load', maxAge: '10s' }, 'least-load: maxAge must be a number from 1 to 3600000 ms, not "10s".'],
    [{ use: 'path-rules', rules: {} }, 'path-rules: rules must be a list of rules, not an object.'],
    [{ use: 'path-rules', rules: ['/a'] }, 'path-rules: rules, rule 1 must have a prefix and origins, not be "/a".'],
    [
      { use: 'path-rules', rules: [{ prefix: 'a', origins: ['A'] }] },
      'path-rules: rules, rule 1: prefix must be a path that starts with "/", not "a".',
    ],
    [
      { use: 'path-rules', rules: [{ prefix: '/a', origins: [] }] },
      "path-rules: rules, rule 1: origins must be a list of at least one origin's name, not a list.",
    ],
    [
      { use: 'path-rules', rules: [{ prefix: '/a', origins: ['A'], weight: 1 }] },
      'path-rules: rules, rule 1 has an unknown key "weight"; a rule has prefix, origins and strategy.',
    ],
    [
      { use: 'path-rules', default: { use: 'path-rules' } },
      'path-rules: default cannot be path-rules again: it cannot be nested.',
    ],
    [{ use: 'path-rules', default: 7 }, "path-rules: default must be a strategy's id or { use: id, … }, not 7."],
  ])('is refused with one clear sentence: %j', (spec, message) => {
    expect(problem(() => normaliseSpec(spec))).toEqual({ code: 'bad-argument', message });
  });

  it.each([null, 7, [], {}, { use: 7 }])('is refused when it is %j', (spec) => {
    expect(problem(() => normaliseSpec(spec as never)).code).toBe('bad-argument');
  });
});

/** A table that is filled for each of thousands of pools is a small one here. */
const small = (id: string): StrategySpec => ({ use: id, ...(id === 'maglev' && { tableSize: 251 }) });

describe.each(STRATEGIES.map(({ id }) => id))('%s', (id) => {
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
        const explained = createStrategy(small(id));
        const plain = createStrategy(small(id));
        const rngs = [createRng(seed), createRng(seed)] as const;
        steps.forEach(({ origins, octet, failed }, index) => {
          const all = origins.map((values, position) => candidate(`o${position}`, values as never));
          const down = all.filter((_, position) => !origins[position]?.up).map(({ name }) => name);
          if (down.length === all.length) down.pop();
          const pool = poolOf(all, down);
          const info = request({ client: `10.${octet}.1.1` });
          explained.explain?.(pool, info, index);
          const chosen = explained.choose(pool, info, index, rngs[0]);
          expect(pool.available).toContain(chosen);
          expect(plain.choose(pool, info, index, rngs[1])).toBe(chosen);
          for (const one of [explained, plain]) {
            one.started?.(chosen as never, index);
            one.finished?.(chosen as never, failed ? 'failure' : 'success', { duration: 5 }, index);
          }
        });
      }),
    );
  });

  it('matches its expected shares in the long run, where it has any', () => {
    const definition = strategyDefinition(id);
    for (const weights of [
      [1, 1, 1],
      [5, 3, 2],
    ]) {
      const all = weights.map((weight, index) => candidate(`o${index}`, { weight }));
      const shares = definition.expectedShares?.(all);
      if (shares === undefined) continue;
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      const counts = new Map(all.map((one) => [one, 0]));
      const one = createStrategy(id);
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
