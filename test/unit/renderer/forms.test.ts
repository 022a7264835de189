import { describe, expect, it } from 'vitest';
import { NOTATIONS } from '../../../renderer/features/forms/field-kinds.ts';
import {
  parametersOf,
  TIME_MODELS,
  timeModelOf,
  withKind,
  withParameter,
} from '../../../renderer/features/inspector/service-model.ts';
import { POLICY_SECTIONS } from '../../../renderer/features/policies/policy-sections.ts';
import { shownText } from '../../../renderer/ui/draft.ts';
import { BREAKER, DEFAULT_POLICIES } from '../../../src/core/policies.ts';
import { meanTime } from '../../../src/core/service.ts';
import { checkPolicies, checkService } from '../../../src/protocol/form-check.ts';
import { completePolicies, type PolicyPatch } from '../../../src/protocol/lab-file-defaults.ts';

describe('the text of a field', () => {
  it('is what is typed, whatever the lab says meanwhile', () => {
    expect(shownText(undefined, '3')).toBe('3');
    expect(shownText({ text: '4' }, '3')).toBe('4');
    expect(shownText({ text: '4' }, '9')).toBe('4');
  });

  it('stays after it was sent until the value changes', () => {
    expect(shownText({ text: '4', replaces: '3' }, '3')).toBe('4');
    expect(shownText({ text: '4000 ms', replaces: '3 s' }, '4 s')).toBe('4 s');
  });

  it.each([
    ['duration', 2000, '2 s'],
    ['share', 0.07, '7'],
    ['number', 3, '3'],
    ['limit', 'unlimited', 'unlimited'],
    ['factor', 10, '10'],
    ['text', '/healthz', '/healthz'],
  ] as const)('shows a %s as people write it', (kind, value, text) => {
    expect(NOTATIONS[kind].print(value)).toBe(text);
  });

  it('is read with or without its unit, and kept when it makes no sense', () => {
    expect([NOTATIONS.share.read(' 7 %'), NOTATIONS.share.read('7')]).toEqual(['7%', '7%']);
    expect([NOTATIONS.factor.read('4×'), NOTATIONS.factor.read('2.5 x')]).toEqual([4, 2.5]);
    expect([NOTATIONS.limit.read('∞'), NOTATIONS.limit.read('12'), NOTATIONS.limit.read('lots')]).toEqual([
      'unlimited',
      12,
      'lots',
    ]);
    expect(NOTATIONS.number.read('0x10')).toBe('0x10');
  });
});

describe('the forms of the policies', () => {
  it.each(POLICY_SECTIONS)('$title: every value as shown is read back as it was', ({ fields, choices, of, patch }) => {
    const switchedOn = completePolicies(patch('on') as PolicyPatch, DEFAULT_POLICIES);
    const values = of(of(DEFAULT_POLICIES) === 'off' ? { ...DEFAULT_POLICIES, ...switchedOn } : DEFAULT_POLICIES);
    if (values === 'off') throw new Error('switched on, it is still off');
    expect([...fields.map(([key]) => key), ...(choices ? [choices.key] : [])].sort()).toEqual(
      Object.keys(values).sort(),
    );
    for (const [key, { kind, label, help }] of fields) {
      const { print, read } = NOTATIONS[kind];
      expect(help).toMatch(/\.$/);
      expect(checkPolicies(patch({ [key]: read(print(values[key])) }), label)).toEqual({
        value: patch({ [key]: values[key] }),
      });
    }
  });
});

it('says at the field that the last condition of the circuit breaker cannot be switched off', () => {
  const present = { ...DEFAULT_POLICIES, breaker: { ...BREAKER, network: 'off' as const } };
  const patch = { breaker: { errors: 'off' } };
  expect(checkPolicies(patch, 'Errors', present)).toEqual({
    problem: expect.stringContaining('The circuit breaker could never open'),
  });
  expect(checkPolicies(patch, 'Errors', { ...DEFAULT_POLICIES, breaker: BREAKER })).toEqual({ value: patch });
});

describe('service times', () => {
  it('keep their mean when their distribution changes', () => {
    for (const { kind } of TIME_MODELS) {
      const time = withKind({ constant: 80 }, kind);
      expect(timeModelOf(time).kind).toBe(kind);
      expect(meanTime(time)).toBeGreaterThan(79);
      expect(meanTime(time)).toBeLessThan(81);
      expect(checkService({ time }, 'Time')).toEqual({ value: { time } });
    }
    expect(withKind({ pareto: { min: 10, alpha: 1 } }, 'constant')).toEqual({ constant: 50 });
  });

  it('change one parameter and keep the others', () => {
    expect(parametersOf({ exponential: 50 })).toEqual({ exponential: 50 });
    expect(withParameter({ exponential: 50 }, 'exponential', '2s')).toEqual({ exponential: '2s' });
    expect(withParameter({ uniform: { min: 1, max: 2 } }, 'max', '9ms')).toEqual({ uniform: { min: 1, max: '9ms' } });
  });
});
