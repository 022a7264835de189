import { count } from '../../../app/format.ts';
import { RECENT_SECONDS } from '../../../telemetry/window.ts';
import { levelOf, type Situation } from '../situation.ts';
import type { Rule } from '../verdict.ts';
import { portion } from '../words.ts';

/** Too few are healthy, so those that are not are used, too: the balancer knows what is wrong with them. */
export const panic: Rule = (situation) => {
  const { origins } = situation;
  const used = origins.filter(({ state }) => state.panic);
  if (used.length === 0) return [];
  // There is panic within a priority: what the backups are like is another matter.
  const levels = new Set(used.map(({ state }) => levelOf(state)));
  const peers = origins.filter(({ state }) => levels.has(levelOf(state)));
  const healthy = peers.filter(({ state }) => state.available && !state.panic).length;
  const few = `only ${count(healthy)} of ${count(peers.length)} origins ${healthy === 1 ? 'is' : 'are'} healthy`;
  return [
    {
      id: 'panic',
      tone: 'bad',
      basis: 'state',
      news:
        healthy === 0
          ? 'Panic: no origin is healthy, so the balancer uses them all the same.'
          : `Panic: ${few}, so the balancer uses the others, too.`,
      more: cost(situation),
    },
  ];
};

function cost({ requests: { ended, failed }, seconds }: Situation): string {
  if (failed === 0 || seconds === 0) return '';
  return `${portion(failed / ended)} of the requests of the last ${count(Math.min(seconds, RECENT_SECONDS))} s failed.`;
}
