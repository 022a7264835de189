import { isDraining } from '../../../../src/protocol/state.ts';
import type { Rule } from '../verdict.ts';

const SAID = { id: 'outage', tone: 'bad', basis: 'state' } as const;

/** Nobody is there to answer. */
export const outage: Rule = ({ origins }) => {
  if (origins.length === 0) {
    return [{ ...SAID, news: 'There is no origin.', more: 'Every request is answered with 503. Add one.' }];
  }
  const some = origins.some(({ state }) => state.available);
  if (some || origins.every(({ state }) => state.status === 'starting')) return [];
  const resting = origins.every(({ state }) => isDraining(state.status));
  return [
    {
      ...SAID,
      news: resting ? 'Every origin is drained.' : 'No origin is available.',
      more: 'Every new request is answered with 503.',
    },
  ];
};
