import { count, counted } from '../../../app/format.ts';
import { availableOf } from '../situation.ts';
import type { Rule } from '../verdict.ts';
import { portion } from '../words.ts';

/** Fewer are an accident, not a habit. */
const LEAST_RETRIES = 5;

/** Clients see little of an origin's failures because they are tried again: good, and easily overlooked. */
export const hiddenByRetries: Rule = (situation) => {
  const { ended, failed, retries } = situation.requests;
  if (retries < LEAST_RETRIES || retries < ended / 100 || failed > retries / 2) return [];
  const worst = availableOf(situation).toSorted((a, b) => b.failed - a.failed)[0];
  if (!worst || worst.failed < LEAST_RETRIES) return [];
  const fails =
    worst.failed >= worst.ended ? 'every request' : `${portion(worst.failed / worst.ended)} of its requests`;
  return [
    {
      id: `hidden ${worst.name}`,
      tone: 'warn',
      basis: 'figures',
      news: `${worst.name} fails ${fails}, and retries hide it.`,
      more: `${counted(ended, 'request')} needed ${count(retries)} more tries elsewhere; ${failed === 0 ? 'none' : count(failed)} failed in the end.`,
    },
  ];
};
