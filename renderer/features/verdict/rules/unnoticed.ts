import { isDead } from '../../../../src/protocol/state.ts';
import { count } from '../../../app/format.ts';
import { RECENT_SECONDS } from '../../../telemetry/window.ts';
import type { OriginView, Situation } from '../situation.ts';
import type { Rule } from '../verdict.ts';
import { capital, inText, portion, waiting } from '../words.ts';

/** What the lab knows and the balancer does not: the process is dead or frozen, and is still chosen. */
export const unnoticed: Rule = (situation) => {
  const view = situation.origins.find(isLost);
  if (!view) return [];
  const frozen = view.state.process?.status === 'frozen';
  return [
    {
      id: `unnoticed ${view.name}`,
      tone: 'bad',
      basis: 'state',
      news: `${view.name} is ${frozen ? 'frozen' : 'dead'}, and the balancer has not noticed yet.`,
      more: consequence(view, situation, frozen),
    },
  ];
};

function isLost({ state: { available, process } }: OriginView): boolean {
  return available && (isDead(process) || process?.status === 'frozen');
}

function consequence(view: OriginView, { requests, title, seconds }: Situation, frozen: boolean): string {
  const still = view.share
    ? `${capital(inText(title))} still sends it ${portion(view.share)} of the requests`
    : 'It may still be chosen';
  if (frozen) {
    return view.inFlight > 0 ? `${still}; ${waiting(view.inFlight)} there.` : `${still}.`;
  }
  if (requests.failed > 0)
    return `${still}; ${count(requests.failed)} failed ${seconds < RECENT_SECONDS ? 'so far' : `in the last ${RECENT_SECONDS} s`}.`;
  if (requests.retries > 0) return `${still}, but each is tried again elsewhere: none failed.`;
  return `${still}.`;
}
