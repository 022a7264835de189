import { strategyDefinition } from '../core/strategies/registry.ts';
import type { PathRule, StrategySpec } from '../core/strategy.ts';
import { MOST_PARTS } from '../core/turns-memory.ts';
import type { LabDefinition } from './lab.ts';
import type { Finding } from './lab-file-fields.ts';

/** What several threads would have to share to be as one, and what they do not. */
type Shared = Pick<LabDefinition, 'threads' | 'strategy' | 'sticky' | 'limits' | 'origins'>;

/**
 * What a lab with several threads cannot have, as the threads would not do it as one: better refused than wrong in a way that nobody
 * sees. Nothing for a lab with one.
 */
export function conflictsWithThreads(lab: Shared): Finding[] {
  const { threads, strategy, sticky } = lab;
  if (threads === 1) return [];
  const found: Finding[] = [];
  const refuse = (path: Finding['path'], what: string, instead: string): void => {
    found.push({ path, message: `threads: ${threads} does not go with ${what}; ${instead}, or use threads: 1.` });
  };
  for (const { path, spec } of [{ path: ['strategy'], spec: strategy }, ...within(strategy)]) {
    const why = strategyDefinition(spec.use).oneThread?.(spec);
    if (why !== undefined) refuse(path, `${spec.use}, which ${why}`, 'choose another strategy');
  }
  if (rulesOf(strategy).length >= MOST_PARTS) {
    refuse(['strategy'], `more than ${MOST_PARTS - 1} path rules, as threads share no more turns`, 'use fewer');
  }
  if (sticky !== 'off' && hasLimits(lab)) {
    refuse(
      ['sticky'],
      'sticky and limits together, as clients would wait for their origin in each thread apart',
      'leave one out',
    );
  }
  return found;
}

function rulesOf({ rules }: StrategySpec): readonly PathRule[] {
  return Array.isArray(rules) ? rules : [];
}

/** The strategies within a strategy, and where they stand in the lab file. */
function within(strategy: StrategySpec): { readonly path: Finding['path']; readonly spec: StrategySpec }[] {
  const { parameters } = strategyDefinition(strategy.use);
  const own = Object.keys(parameters).filter(
    (key) => parameters[key]?.kind === 'strategy' && strategy[key] !== undefined,
  );
  return [
    ...rulesOf(strategy).flatMap(({ strategy: spec }, index) =>
      spec ? [{ path: ['strategy', 'rules', index, 'strategy'], spec }] : [],
    ),
    ...own.map((key) => ({ path: ['strategy', key], spec: strategy[key] as StrategySpec })),
  ];
}

/** Whether a request may have to wait. */
function hasLimits({ limits, origins }: Shared): boolean {
  const all = [limits.maxInFlight, limits.total, ...origins.map(({ maxInFlight = 'unlimited' }) => maxInFlight)];
  return all.some((limit) => limit !== 'unlimited');
}
