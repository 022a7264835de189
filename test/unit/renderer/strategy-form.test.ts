import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../../renderer/app/strategies.ts';
import { NOTATIONS } from '../../../renderer/features/forms/field-kinds.ts';
import { STRATEGY_CHOICES } from '../../../renderer/features/strategy/strategy-groups.ts';
import { checkStrategy } from '../../../src/protocol/form-check.ts';

describe('the list of strategies', () => {
  it('has each strategy once, in a group that says what it goes by, with the key of its place', () => {
    expect(STRATEGY_CHOICES.map(({ id }) => id).sort()).toEqual(STRATEGIES.map(({ id }) => id).sort());
    expect(STRATEGY_CHOICES.filter(({ group }) => group === 'Others')).toEqual([]);
    for (const { id, keys, rule } of STRATEGY_CHOICES) {
      const place = STRATEGIES.findIndex((strategy) => strategy.id === id) + 1;
      expect(keys).toBe(place <= 9 ? String(place) : undefined);
      expect(rule.endsWith('.'), rule).toBe(true);
    }
  });
});

describe('a strategy’s parameters as people write them', () => {
  it('reads percentages, and off', () => {
    const { print, read } = NOTATIONS.ratio;
    expect(print('off')).toBe('off');
    expect(print(1.25)).toBe('125');
    for (const [text, value] of [
      ['125 %', 1.25],
      ['Off', 'off'],
      ['150', 1.5],
    ] as const) {
      expect(checkStrategy({ use: 'ring-hash', boundedLoad: read(text) }, 'Bound')).toMatchObject({
        value: { boundedLoad: value },
      });
    }
  });

  it('reads a duration with its unit, and says what is wrong with a value', () => {
    expect(checkStrategy({ use: 'peak-ewma', decay: NOTATIONS.duration.read('5 s') }, 'Decay')).toMatchObject({
      value: { use: 'peak-ewma', decay: 5000 },
    });
    const wrong = checkStrategy({ use: 'ring-hash', vnodes: NOTATIONS.number.read('many') }, 'Points');
    expect(wrong).toEqual({ problem: expect.stringContaining('whole number') });
  });
});
