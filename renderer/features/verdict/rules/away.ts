import type { OriginStatus } from '../../../../src/protocol/state.ts';
import { count } from '../../../app/format.ts';
import { availableOf, type Situation } from '../situation.ts';
import type { Rule } from '../verdict.ts';
import { portion } from '../words.ts';

const WORDS: Partial<Record<OriginStatus, string>> = {
  draining: 'is draining: it finishes what it has and gets nothing new',
  drained: 'is drained: it has finished and gets nothing new',
  'going-up': 'is coming back: its checks pass again',
  ejected: 'is ejected',
};

/** Origins the balancer does not choose, and who does their work. */
export const away: Rule = (situation) => {
  const gone = situation.origins.filter(({ state }) => !state.available && state.status !== 'starting');
  const first = gone[0];
  if (!first || availableOf(situation).length === 0) return [];
  const several = gone.length > 1;
  const news = several
    ? `${count(gone.length)} of ${count(situation.origins.length)} origins are out.`
    : `${first.name} ${WORDS[first.state.status] ?? 'is down, and the balancer knows'}.`;
  return [
    {
      id: `away ${gone.map(({ name, state }) => `${name} ${state.status}`).join()}`,
      tone: 'warn',
      basis: 'state',
      news,
      more: takenOver(situation, several ? 'their' : 'its'),
    },
  ];
};

function takenOver(situation: Situation, whose: string): string {
  const left = availableOf(situation);
  if (left.length === 1) return `${left[0]?.name} takes all requests.`;
  const shares = [...(situation.expected?.values() ?? [])];
  const equal = shares.length === left.length && shares.every((share) => Math.abs(share - 1 / left.length) < 1e-9);
  return `The other ${count(left.length)} take ${whose} requests${equal ? `: ${portion(1 / left.length)} each` : ''}.`;
}
