import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICIES, type Policies } from '../../../src/core/policies.ts';
import { checkFault, checkPolicies, checkService, checkWeight } from '../../../src/protocol/form-check.ts';
import { completePolicies } from '../../../src/protocol/lab-file-defaults.ts';
import { POLICY_PRESETS, presetOf } from '../../../src/protocol/policy-presets.ts';

const apply = (id: string, base: Policies = DEFAULT_POLICIES): Policies => {
  const preset = POLICY_PRESETS.find((one) => one.id === id);
  return { ...base, ...completePolicies(preset?.policies ?? {}, base) };
};

describe('presets', () => {
  it.each(POLICY_PRESETS)(
    '$title passes the schema, says what it sets and is recognised',
    ({ id, policies, says, source }) => {
      expect(checkPolicies(policies, 'It')).toHaveProperty('value');
      expect(says).toMatch(/\.$/);
      expect(source).not.toBe('');
      expect(presetOf(apply(id))?.id).toBe(id);
    },
  );

  it('give the same whatever was set before', () => {
    for (const { id } of POLICY_PRESETS) {
      expect(apply('envoy', apply(id))).toEqual(apply('envoy'));
      expect(presetOf(apply(id, apply('envoy')))?.id).toBe(id);
      expect(apply(id, apply('envoy')).health).toEqual(apply(id).health);
    }
    expect(presetOf(apply('evenkeel', apply('nginx')))?.id).toBe('evenkeel');
  });

  it('leave alone what the product does not set: HAProxy has no timeouts of its own', () => {
    const own = { ...DEFAULT_POLICIES, timeouts: { connect: 1, firstByte: 2, idle: 3, total: 4 } };
    expect(apply('haproxy', own).timeouts).toEqual(own.timeouts);
    expect(presetOf(apply('haproxy', own))?.id).toBe('haproxy');
  });

  it('do not know policies of one’s own', () => {
    expect(
      presetOf({ ...DEFAULT_POLICIES, timeouts: { connect: 1, firstByte: 2, idle: 3, total: 4 } }),
    ).toBeUndefined();
  });
});

describe('what is typed into a form', () => {
  it('is judged by the schema, in a sentence that begins with the name of the field', () => {
    expect(checkPolicies({ health: { active: { every: '50ms' } } }, 'Every')).toEqual({
      problem: 'Every must be at least 100ms.',
    });
    expect(checkPolicies({ health: { active: { every: '2' } } }, 'Every')).toEqual({
      problem: 'Every needs a unit: write 2ms or 2s.',
    });
    expect(checkPolicies({ retry: { attempts: 'many' } }, 'Attempts')).toEqual({
      problem: 'Attempts must be a whole number from 1 to 20, not "many".',
    });
    expect(checkService({ time: { uniform: { min: '9s', max: '2s' } } }, 'To')).toEqual({
      problem: 'To must not have a min above its max.',
    });
    expect(checkFault({ do: 'errors', share: '150%' }, 'Errors')).toHaveProperty('problem');
    expect(checkWeight(0, 'Weight')).toEqual({ problem: 'Weight must be above 0.' });
  });

  it('comes out in the units of the program', () => {
    expect(checkPolicies({ health: { active: { every: '1.5 s' } } }, 'Every')).toEqual({
      value: { health: { active: { every: 1500 } } },
    });
    expect(checkService({ errorRate: '5%' }, 'Errors')).toEqual({ value: { errorRate: 0.05 } });
    expect(checkFault({ do: 'slow', factor: 4 }, 'Slow')).toEqual({ value: { do: 'slow', factor: 4 } });
  });
});
