import { count } from '../../../app/format.ts';
import { withoutTerm } from '../../origins/status.ts';
import { availableOf } from '../situation.ts';
import type { Rule } from '../verdict.ts';
import { origins as named } from '../words.ts';

/** Passive health took it out because of what real requests met there. */
export const ejected: Rule = (situation) => {
  const out = situation.origins.filter(({ state }) => state.status === 'ejected' && !state.panic);
  const first = out[0];
  if (!first || availableOf(situation).length === 0) return [];
  const ends = out.flatMap(({ state }) => state.ejectedUntil ?? []);
  const left = Math.ceil((Math.min(...ends) - situation.now) / 1000);
  const several = out.length > 1;
  const taken = `The others take ${several ? 'their' : 'its'} share`;
  return [
    {
      id: `ejected ${out.map(({ name }) => name).join()}`,
      tone: 'warn',
      basis: 'state',
      news: several
        ? `${named(out.map(({ name }) => name))} are ejected, as their requests failed.`
        : `${first.name} is ejected: ${withoutTerm(first.state.reason)}.`,
      more:
        ends.length > 0 && left > 0
          ? `${taken}; ${several ? 'the first' : 'it'} is tried again in ${count(left)} s.`
          : `${taken}.`,
    },
  ];
};
