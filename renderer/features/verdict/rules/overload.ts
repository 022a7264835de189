import { requestRateOf } from '../../../../src/protocol/lab.ts';
import { availableOf, capacityOf } from '../situation.ts';
import type { Rule } from '../verdict.ts';
import { above, pace } from '../words.ts';

/** More comes than all origins together were made for: no strategy can help. */
export const overload: Rule = (situation) => {
  const { traffic } = situation.lab.lab;
  const available = availableOf(situation);
  if (!('open' in traffic) || situation.lab.traffic.paused || available.length === 0) return [];
  const capacities = available.map(capacityOf);
  // What someone else's origin can do is not known.
  const capacity = capacities.reduce<number>((sum, each) => sum + (each ?? Number.POSITIVE_INFINITY), 0);
  const rate = requestRateOf(traffic);
  if (rate <= capacity) return [];
  const several = available.length > 1;
  const who = several ? 'the origins' : 'the origin';
  const much = above(rate, capacity);
  const growth = available.reduce((sum, view) => sum + view.growth, 0);
  return [
    {
      id: 'overload',
      tone: 'bad',
      basis: 'state',
      news: `Too much load: ${come(rate)}, ${much ? `and ${who} can answer about ${much.limit}` : `a little more than ${who} can answer`}.`,
      more: `${growth >= 1 ? `${several ? 'Their queues grow' : 'Its queue grows'} by ${pace(Math.round(growth))} a second. ` : ''}No strategy helps; another origin does.`,
    },
  ];
};

function come(rate: number): string {
  const words = pace(rate);
  return words === '1' ? '1 request a second comes' : `${words} requests a second come`;
}
