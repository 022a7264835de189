import {
  availableOf,
  ENOUGH,
  isLoadAware,
  median,
  nominalTime,
  type OriginView,
  type Situation,
} from '../situation.ts';
import type { Rule, Verdict } from '../verdict.ts';
import { capital, inText, portion, uncapital } from '../words.ts';

/** Fewer failures, or a smaller share of them, are not news. */
const LEAST_FAILURES = 3;
const LEAST_SHARE = 0.01;
/** How far above its fair share an origin has to be to be called preferred. */
const PREFERRED = 1.3;

/** An origin that answers with errors: as measured, and before that as it was told to. */
export const failing: Rule = (situation) => {
  const available = availableOf(situation);
  const verdicts: Verdict[] = [];
  const worst = most(available, ({ failed }) => failed);
  if (worst && worst.ended >= ENOUGH && worst.failed >= LEAST_FAILURES && worst.failed >= worst.ended * LEAST_SHARE) {
    verdicts.push(measured(worst, situation));
  }
  const told = most(available, ({ state }) => state.process?.faults.errors ?? 0);
  if (told) {
    verdicts.push({
      id: `errors ${told.name}`,
      tone: 'warn',
      basis: 'state',
      news: `${told.name} answers ${answered(told.state.process?.faults.errors ?? 0)} with an error.`,
      more: '',
    });
  }
  return verdicts;
};

function answered(share: number): string {
  return share >= 1 ? 'every request' : `${portion(share)} of its requests`;
}

function measured(view: OriginView, situation: Situation): Verdict {
  const { lab, title } = situation;
  const every = view.failed === view.ended;
  const fails = every ? 'fails every request' : `fails ${portion(view.failed / view.ended)} of its requests`;
  const remedy = lab.lab.health.passive === 'off' && every ? { remedy: { policies: true } as const } : {};
  const said = { tone: 'warn', basis: 'figures', ...remedy } as const;
  const part = partOf(view, situation);
  const all = costOf(situation.requests, part === undefined ? 'all requests' : 'all');
  // Else what all lose would not follow from what this one does.
  const others = situation.requests.failed > view.failed * 1.05;
  const { share } = view;
  if (share !== undefined && share > view.fair * PREFERRED && isLoadAware(situation) && isQuick(view, situation)) {
    return {
      ...said,
      id: `black hole ${view.name}`,
      news: `${view.name} ${fails}, but so fast that ${inText(title)} takes it for idle${part === undefined ? '' : `: ${portion(part)} of all requests end there`}.`,
      more: all,
    };
  }
  return {
    ...said,
    id: `failing ${view.name}`,
    news: `${view.name} ${fails}.`,
    more:
      part === undefined
        ? all
        : `${portion(part)} of all requests end there${others ? '; with others’ failures, ' : ': '}${uncapital(all)}`,
  };
}

/**
 * 0–1: its part of all requests that ended, of which `costOf` speaks, too. What it was sent would be another part wherever its
 * queue grows. Undefined when some were tried twice: then attempts are more than requests, and no part of them.
 */
function partOf({ ended }: OriginView, { requests }: Situation): number | undefined {
  return requests.retries === 0 && ended > 0 && ended <= requests.ended ? ended / requests.ended : undefined;
}

/** What clients see of it, as a sentence; empty when that is not known. */
function costOf({ ended, failed }: Situation['requests'], all: 'all requests' | 'all'): string {
  if (ended === 0) return '';
  if (failed === 0) return 'No request fails in the end.';
  return failed >= ended ? 'Every request fails.' : `${capital(portion(failed / ended))} of ${all} fail.`;
}

/** Whether it is at least twice as fast as the others were made to be. */
function isQuick(view: OriginView, situation: Situation): boolean {
  const own = nominalTime(view);
  const others = availableOf(situation)
    .filter((other) => other !== view)
    .map(nominalTime);
  if (own === undefined || others.length === 0) return false;
  return own * 2 <= median(others.map((time) => time ?? 0));
}

/** The one with the highest figure above 0. */
function most(views: readonly OriginView[], figure: (view: OriginView) => number): OriginView | undefined {
  let found: OriginView | undefined;
  for (const view of views) if (figure(view) > (found ? figure(found) : 0)) found = view;
  return found;
}
