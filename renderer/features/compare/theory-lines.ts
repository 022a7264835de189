import type { StrategySpec } from '../../../src/core/strategy.ts';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { type Theory, theoryOf } from '../../../src/simulation/theory/theory-of.ts';
import type { TheoryLine } from './comparison.ts';

/** From the first simulated load to the last, close enough for a smooth line. */
const LOADS = Array.from({ length: 66 }, (_, index) => (30 + index) / 100);

/** The lines that theory draws for a lab under strategies; strategies with the same model share one. @param at the lab at a load */
export function theoryLines(strategies: readonly StrategySpec[], at: (load: number) => LabDefinition): TheoryLine[] {
  const labs = LOADS.map((load) => ({ load, lab: at(load) }));
  const lines = new Map<string, { theory: Theory; strategies: number[]; points: TheoryLine['points'] }>();
  strategies.forEach((strategy, index) => {
    const theory = labs[0] && theoryOf(labs[0].lab, strategy);
    if (!theory) return;
    const key = `${theory.kind} ${theory.model} ${theory.kind === 'limit' ? strategy.choices : ''}`;
    const known = lines.get(key);
    if (known) {
      known.strategies.push(index);
      return;
    }
    const points = labs.map(({ load, lab }) => {
      const mean = theoryOf(lab, strategy)?.mean ?? Number.POSITIVE_INFINITY;
      return { load, mean: Number.isFinite(mean) ? mean : null };
    });
    lines.set(key, { theory, strategies: [index], points });
  });
  return [...lines.values()].map(({ theory: { model, kind }, strategies: about, points }) => ({
    model,
    kind,
    strategies: about,
    points,
  }));
}
