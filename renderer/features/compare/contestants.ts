import { DEFAULT_POLICIES, policiesOf } from '../../../src/core/policies.ts';
import type { StrategySpec } from '../../../src/core/strategy.ts';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { completePolicies, type PolicyPatch } from '../../../src/protocol/lab-file-defaults.ts';
import { POLICY_PRESETS } from '../../../src/protocol/policy-presets.ts';
import { STRATEGIES } from '../../app/strategies.ts';

/** What is set side by side: ways to choose an origin, or ways to deal with failures and overload. */
export const SUBJECTS = ['strategies', 'policies'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** One that can be picked. */
interface Choice {
  readonly id: string;
  readonly title: string;
}

interface PolicyChoice extends Choice {
  readonly patch: PolicyPatch;
}

const RETRIES = { attempts: 3, on: ['connect-failure', 'reset', 'timeout'] } as const;

/** Each changes one mechanism of the lab's own policies; a preset all of them. */
const POLICIES: readonly PolicyChoice[] = [
  { id: 'own', title: 'As in the lab', patch: {} },
  { id: 'no-retries', title: 'No retries', patch: { retry: { attempts: 1, on: [] } } },
  { id: 'retries', title: '3 tries, no budget', patch: { retry: { ...RETRIES, budget: 'off' } } },
  { id: 'budget', title: '3 tries, budget 10 %', patch: { retry: { ...RETRIES, budget: 0.1 } } },
  { id: 'no-ejection', title: 'No ejection', patch: { health: { passive: 'off' } } },
  {
    id: 'ejection',
    title: 'Ejection after 5 failures',
    patch: { health: { passive: { ...(DEFAULT_POLICIES.health.passive as object), maxShare: 0.5 } } },
  },
  { id: 'no-checks', title: 'No health checks', patch: { health: { active: 'off' } } },
  {
    id: 'fast-checks',
    title: 'Checks every 500 ms',
    patch: { health: { active: { every: 500, timeout: 500, fall: 2, rise: 2 } } },
  },
  { id: 'slow-start', title: 'Slow start of 30 s', patch: { slowStart: 'on' } },
  { id: 'limits', title: '10 in flight each, 20 wait', patch: { limits: { maxInFlight: 10, queue: 20 } } },
  { id: 'breaker', title: 'Circuit breaker', patch: { breaker: 'on' } },
  ...POLICY_PRESETS.map(({ id, title, policies }) => ({ id: `like-${id}`, title, patch: policies })),
];

export function choicesOf(subject: Subject): readonly Choice[] {
  return subject === 'strategies' ? STRATEGIES : POLICIES;
}

/** What is picked at first: the lab's own, and the usual rival. */
export function firstPick(subject: Subject, lab: LabDefinition): readonly string[] {
  const own = lab.strategy.use;
  if (subject === 'policies') return ['own', lab.retry.attempts > 1 ? 'no-retries' : 'budget'];
  return [own, own === 'least-connections' ? 'round-robin' : 'least-connections'];
}

/** One of those that are compared. */
export interface Contestant extends Choice {
  readonly lab: LabDefinition;
  readonly strategy: StrategySpec;
}

/** The lab under one of the strategies or policies that can be picked. The lab's own strategy keeps its parameters. */
export function contestant(subject: Subject, id: string, lab: LabDefinition): Contestant {
  const title = choicesOf(subject).find((choice) => choice.id === id)?.title ?? id;
  if (subject === 'strategies') {
    return { id, title, lab, strategy: id === lab.strategy.use ? lab.strategy : { use: id } };
  }
  const patch = POLICIES.find((choice) => choice.id === id)?.patch ?? {};
  return { id, title, lab: { ...lab, ...completePolicies(patch, policiesOf(lab)) }, strategy: lab.strategy };
}
