import { availableOf, capacityOf, isLoadAware, type OriginView } from '../situation.ts';
import type { Rule } from '../verdict.ts';
import { above, pace, waiting } from '../words.ts';

/** Seconds over which arrivals have to be known before they are compared with what an origin can do. */
const LONG_ENOUGH = 5;
const LEAST_WAITING = 5;

/** One origin gets more than it can answer, though it is as fast as the others. */
export const queue: Rule = (situation) => {
  const { seconds } = situation;
  if (seconds < LONG_ENOUGH) return [];
  const tooMuch = (view: OriginView): boolean => {
    const capacity = capacityOf(view) ?? Number.POSITIVE_INFINITY;
    const many = (view.state.process?.waiting ?? 0) >= LEAST_WAITING;
    return view.growth >= 1 && many && above(view.started / seconds, capacity) !== undefined;
  };
  const view = availableOf(situation).find(tooMuch);
  if (!view) return [];
  return [
    {
      id: `queue ${view.name}`,
      tone: 'warn',
      basis: 'figures',
      news: `${view.name}’s queue grows by ${pace(Math.round(view.growth))} a second: ${waiting(view.state.process?.waiting ?? 0)}.`,
      more: `It gets ${pace(view.started / seconds)} a second and can answer about ${pace(capacityOf(view) ?? 0)}.`,
      ...(!isLoadAware(situation) && { remedy: { strategy: 'least-connections' } }),
    },
  ];
};
