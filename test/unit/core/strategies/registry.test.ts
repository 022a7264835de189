import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EvenkeelError } from '../../../../src/core/errors.ts';
import { normaliseSpec, STRATEGIES, strategyDefinition } from '../../../../src/core/strategies/registry.ts';

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
      bias: 1,
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
        {
          prefix: '/',
          origins: ['A'],
          strategy: { use: 'power-of-two-choices', choices: 2, replacement: false, bias: 1 },
        },
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
      'power-of-two-choices has no parameter "choises"; it has choices, replacement, bias. Did you mean "choices"?',
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
