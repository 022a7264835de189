import { count } from '../../../app/format.ts';
import type { Rule } from '../verdict.ts';
import { portion } from '../words.ts';

/** The circuit breaker keeps requests from the origins. */
export const breaker: Rule = ({ lab: { balancer }, now }) => {
  const { state, since = 0, until = 0, why } = balancer.breaker ?? {};
  const left = count(Math.max(0, Math.ceil((until - now) / 1000)));
  if (state === 'open') {
    return [
      {
        id: 'breaker open',
        tone: 'bad',
        basis: 'state',
        news: `The circuit breaker is open: ${why}.`,
        more: `Every request is answered with 503; in ${left} s some are let in again.`,
      },
    ];
  }
  if (state !== 'recovering') return [];
  const share = Math.min(1, Math.max(0, (now - since) / (until - since)));
  return [
    {
      id: 'breaker recovering',
      tone: 'warn',
      basis: 'state',
      news: 'The circuit breaker lets requests in little by little.',
      more: `${portion(share)} pass now, all of them in ${left} s, unless they fail again.`,
    },
  ];
};
