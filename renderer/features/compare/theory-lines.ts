import type { StrategySpec } from '../../../src/core/strategy.ts';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { type Theory, theoryOf } from '../../../src/simulation/theory/theory-of.ts';
import type { TheoryLine } from './comparison.ts';

/** From the first simulated load to the last, close enough for a smooth line. */
const LOADS = Array.from({ length: 66 }, (_, index) => (30 + index) / 100);

/** A strategy and its lab under a load (0–1). */
interface Undisturbed {
  readonly strategy: StrategySpec;
  readonly at: (load: number) => LabDefinition;
}

/** The lines that theory draws; contestants with the same model share one. */
export function theoryLines(contestants: readonly Undisturbed[]): TheoryLine[] {
  const lines = new Map<string, { theory: Theory; about: number[]; points: TheoryLine['points'] }>();
  contestants.forEach(({ strategy, at }, index) => {
    const theory = theoryOf(at(LOADS[0] as number), strategy);
    if (!theory) return;
    const key = `${theory.kind} ${theory.model} ${theory.kind === 'limit' ? strategy.choices : ''}`;
    const known = lines.get(key);
    if (known) {
      known.about.push(index);
      return;
    }
    const points = LOADS.map((load) => {
      const mean = theoryOf(at(load), strategy)?.mean ?? Number.POSITIVE_INFINITY;
      return { load, mean: Number.isFinite(mean) ? mean : null };
    });
    lines.set(key, { theory, about: [index], points });
  });
  return [...lines.values()].map(({ theory: { model, kind }, about, points }) => ({ model, kind, about, points }));
}
