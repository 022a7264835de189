import { availableOf, capacityOf } from '../situation.ts';
import type { Rule } from '../verdict.ts';
import { pace } from '../words.ts';

/** More comes than all origins together were made for: no strategy can help. */
export const overload: Rule = (situation) => {
  const { traffic } = situation.lab.lab;
  const available = availableOf(situation);
  if (!('open' in traffic) || situation.lab.traffic.paused || available.length === 0) return [];
  const capacities = available.map(capacityOf);
  // What someone else's origin can do is not known.
  const capacity = capacities.reduce<number>((sum, each) => sum + (each ?? Number.POSITIVE_INFINITY), 0);
  const { rate } = traffic.open;
  if (rate <= capacity) return [];
  const growth = available.reduce((sum, view) => sum + view.growth, 0);
  return [
    {
      id: 'overload',
      tone: 'bad',
      basis: 'state',
      news: `Too much load: ${pace(rate)} requests a second come, and the origins can answer ${pace(capacity)}.`,
      more: `${growth >= 1 ? `Their queues grow by ${pace(Math.round(growth))} a second. ` : ''}No strategy helps; another origin does.`,
    },
  ];
};
