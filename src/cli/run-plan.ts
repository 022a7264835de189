import { normaliseSpec, STRATEGIES } from '../core/strategies/registry.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { parseDuration } from '../protocol/units.ts';
import type { RunPlan } from '../simulation/runner.ts';
import { bad } from './options.ts';

/** @throws EvenkeelError `bad-argument` | `unknown-strategy` */
export function planOf(
  values: Readonly<Partial<Record<'strategy' | 'seed' | 'duration' | 'warmup' | 'replications', string>>>,
  lab: LabDefinition,
): RunPlan {
  const { strategy, seed, duration, warmup, replications } = values;
  const span = duration === undefined ? undefined : parseDuration(duration, '--duration');
  if (span !== undefined && span <= 0) throw bad('--duration must be above 0.');
  return {
    ...(strategy !== undefined && { strategies: strategiesOf(strategy, lab) }),
    ...(seed !== undefined && { seed: wholeNumber(seed, '--seed', 0, 4_294_967_295) }),
    ...(span !== undefined && { duration: span }),
    ...(warmup !== undefined && { warmup: parseDuration(warmup, '--warmup') }),
    ...(replications !== undefined && { replications: wholeNumber(replications, '--replications', 1, 10_000) }),
  };
}

/** The lab's own strategy keeps its parameters; the others have their defaults. */
export function strategiesOf(written: string, lab: LabDefinition): StrategySpec[] {
  const ids = written === 'all' ? STRATEGIES.map(({ id }) => id) : written.split(',').map((id) => id.trim());
  return [...new Set(ids)].map((id) => (id === lab.strategy.use ? lab.strategy : normaliseSpec(id)));
}

/** @throws EvenkeelError `bad-argument` */
export function wholeNumber(written: string, option: string, min: number, max: number): number {
  const value = Number(written);
  if (/^\d+$/.test(written) && value >= min && value <= max) return value;
  throw bad(`${option} must be a whole number from ${min} to ${max}, not ${JSON.stringify(written)}.`);
}
