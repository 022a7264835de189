import { count } from '../../../app/format.ts';
import { availableOf } from '../situation.ts';
import type { Rule } from '../verdict.ts';

/** Passive health took it out because of what real requests met there. */
export const ejected: Rule = (situation) => {
  const view = situation.origins.find(({ state }) => state.status === 'ejected');
  if (!view || availableOf(situation).length === 0) return [];
  const { ejectedUntil } = view.state;
  const left = ejectedUntil === undefined ? 0 : Math.ceil((ejectedUntil - situation.now) / 1000);
  return [
    {
      id: `ejected ${view.name}`,
      tone: 'warn',
      basis: 'state',
      news: `${view.name} is ejected: its requests failed in a row.`,
      more:
        left > 0 ? `The others take its share; it is tried again in ${count(left)} s.` : 'The others take its share.',
    },
  ];
};
