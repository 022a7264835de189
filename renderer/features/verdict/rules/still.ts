import type { Rule } from '../verdict.ts';
import { origins as named } from '../words.ts';

const SAID = { tone: 'calm', basis: 'state', more: '' } as const;

/** Origins that are not ready yet. */
export const starting: Rule = ({ origins }) => {
  const names = origins.filter(({ state }) => state.status === 'starting').map(({ name }) => name);
  if (names.length === 0) return [];
  return [{ ...SAID, id: 'starting', news: `${named(names)} ${names.length === 1 ? 'is' : 'are'} starting.` }];
};

/** Nothing moves, and why. */
export const quiet: Rule = ({ lab, lastTen }) => {
  const live = lab.clock === 'live';
  if (lab.traffic.paused) {
    return [
      live
        ? { ...SAID, id: 'paused', news: 'Paused: the lab sends no requests.', more: 'Yours are still balanced.' }
        : { ...SAID, id: 'paused', news: 'Paused: the simulated time stands still.' },
    ];
  }
  if (!('off' in lab.lab.traffic) || lastTen.started > 0) return [];
  return [
    {
      ...SAID,
      id: 'off',
      news: 'The lab sends no requests of its own.',
      more: live ? 'Send some with curl, or turn the load up.' : 'Turn the load up.',
    },
  ];
};
