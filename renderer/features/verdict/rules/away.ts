import type { OriginStatus } from '../../../../src/protocol/state.ts';
import { count } from '../../../app/format.ts';
import { availableOf, levelOf, type OriginView, type Situation } from '../situation.ts';
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
      more: takenOver(situation, gone),
    },
  ];
};

function takenOver(situation: Situation, gone: readonly OriginView[]): string {
  const left = availableOf(situation);
  const whose = gone.length > 1 ? 'their' : 'its';
  if (gone.every((view) => isIdle(situation, view))) {
    return `No request was on ${whose} way: ${gone.length > 1 ? 'they only wait' : 'it only waits'} for others to fail.`;
  }
  if (left[0] && situation.lab.strategy.use === 'first-available') return firstNow(situation, gone, left[0]);
  if (left.length === 1) return `${left[0]?.name} takes all requests.`;
  const shares = [...(situation.expected?.values() ?? [])];
  const equal = shares.length === left.length && shares.every((share) => Math.abs(share - 1 / left.length) < 1e-9);
  return `The other ${count(left.length)} take ${whose} requests${equal ? `: ${portion(1 / left.length)} each` : ''}.`;
}

/** Whether it would get nothing if it were available: those before it carry the load. */
function isIdle(situation: Situation, { state }: OriginView): boolean {
  return levelOf(state) > Math.max(...availableOf(situation).map((view) => levelOf(view.state)));
}

/** First available shares nothing out: who is first gets what it can take. */
function firstNow({ origins }: Situation, gone: readonly OriginView[], first: OriginView): string {
  const before = gone.every((view) => origins.indexOf(view) > origins.indexOf(first));
  return `Requests go to ${first.name} first${before ? ', as before' : ' now'}.`;
}
