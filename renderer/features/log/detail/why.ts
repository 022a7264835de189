import type { DecisionDetail } from '../../../../src/protocol/request-detail.ts';
import { figure, percent } from '../../../app/format.ts';
import { strategyOf, strategyTitle } from '../../../app/strategies.ts';

/** Which end of a figure a strategy looks for. Figures that are not here say nothing by being large or small. */
const WANTED: Readonly<Record<string, 'least' | 'most'>> = {
  'turns to wait': 'least',
  'in flight / weight': 'least',
  'in flight': 'least',
  'reported load': 'least',
  'assumed load': 'least',
  'current weight': 'most',
};

/** Why this origin, as exactly as the figures tell it. */
export function whyWords(decision: DecisionDetail): string {
  const { chosen, reason, strategy, candidates } = decision;
  if (reason === 'none') return 'No origin was available, so there was nothing to choose from.';
  if (reason === 'only-one') return `${chosen} was the only origin available.`;
  const tried = candidates.filter((candidate) => candidate.tried).map(({ origin }) => origin);
  const before = tried.length > 0 ? `After ${tried.join(' and ')} failed, others went first. ` : '';
  return before + (comparison(decision) ?? `${strategyTitle(strategy)}: ${strategyOf(strategy)?.rule ?? chosen}`);
}

function comparison({ chosen, candidates, reason }: DecisionDetail): string | undefined {
  const open = candidates.filter(({ available, tried }) => available && !(reason === 'retry' && tried));
  const figures = open.flatMap(({ origin, figures: [first] }) => (first ? [{ origin, ...first }] : []));
  const its = figures.find(({ origin }) => origin === chosen);
  if (!its) return undefined;
  if (its.label === 'chance') return `Drawn by lot: ${chosen} had a chance of ${percent(its.value)}.`;
  const wanted = WANTED[its.label];
  const others = figures.filter(({ origin, label }) => origin !== chosen && label === its.label);
  if (!wanted || others.length === 0) return undefined;
  const values = others.map(({ value }) => value);
  const best = wanted === 'least' ? Math.min(...values) : Math.max(...values);
  if (wanted === 'least' ? its.value > best : its.value < best) return undefined;
  const told = `“${its.label}” (${figure(its.value)})`;
  const ties = others.filter(({ value }) => value === its.value).length;
  if (ties > 0) return `${chosen} was one of ${ties + 1} with the ${wanted} ${told}.`;
  return `${chosen} had the ${wanted} ${told}; the next had ${figure(best)}.`;
}
