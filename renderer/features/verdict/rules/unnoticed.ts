import { isDead } from '../../../../src/protocol/state.ts';
import { count } from '../../../app/format.ts';
import { RECENT_SECONDS } from '../../../telemetry/window.ts';
import type { OriginView, Situation } from '../situation.ts';
import type { Rule } from '../verdict.ts';
import { capital, inText, origins as named, portion, sharedOut, waiting } from '../words.ts';

/** What the lab knows and the balancer does not: processes are dead or frozen, and are still chosen. */
export const unnoticed: Rule = (situation) => {
  const lost = situation.origins.filter(isLost);
  if (lost.length === 0) return [];
  const frozen = lost.filter(isFrozen).length;
  return [
    {
      id: `unnoticed ${lost.map(({ name }) => name).join()}`,
      tone: 'bad',
      basis: 'state',
      news: `${named(lost.map(({ name }) => name))} ${lost.length > 1 ? 'are' : 'is'} ${state(frozen, lost.length)}, and the balancer has not noticed yet.`,
      more: consequence(lost, situation, frozen === lost.length),
    },
  ];
};

function isFrozen({ state: { process } }: OriginView): boolean {
  return process?.status === 'frozen';
}

function isLost(view: OriginView): boolean {
  const { available, panic, process } = view.state;
  return available && !panic && (isDead(process) || isFrozen(view));
}

function state(frozen: number, all: number): string {
  if (frozen === 0) return 'dead';
  return frozen === all ? 'frozen' : 'dead or frozen';
}

function consequence(lost: readonly OriginView[], { requests, title, seconds }: Situation, frozen: boolean): string {
  const several = lost.length > 1;
  const share = lost.reduce((sum, view) => sum + (view.share ?? 0), 0);
  const still =
    share > 0
      ? `${capital(inText(title))} still sends ${several ? 'them' : 'it'} ${portion(share)} of the ${sharedOut(requests.retries)}s`
      : `${several ? 'They' : 'It'} may still be chosen`;
  if (frozen) {
    const inFlight = lost.reduce((sum, view) => sum + view.inFlight, 0);
    return inFlight > 0 ? `${still}; ${waiting(inFlight)} there.` : `${still}.`;
  }
  if (requests.failed > 0)
    return `${still}; ${count(requests.failed)} failed ${seconds < RECENT_SECONDS ? 'so far' : `in the last ${RECENT_SECONDS} s`}.`;
  if (requests.retries > 0) return `${still}, but each is tried again elsewhere: none failed.`;
  return `${still}.`;
}
