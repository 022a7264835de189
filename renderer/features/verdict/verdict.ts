import type { OriginState } from '../../../src/protocol/state.ts';
import { count, counted, percent } from '../../app/format.ts';

export interface Verdict {
  readonly tone: 'calm' | 'warn' | 'bad';
  /** The sentence itself. */
  readonly news: string;
  /** What follows from it. */
  readonly more: string;
  /** Id of a strategy that would deal with it. */
  readonly suggestion?: string;
}

export interface Situation {
  readonly origins: readonly OriginState[];
  readonly paused: boolean;
  /** Id and title of the strategy in use. */
  readonly strategy: string;
  readonly title: string;
  /** 0–1 of the last 10 s, by origin; absent while nothing is known. */
  readonly shares: ReadonlyMap<string, number>;
  readonly expected: ReadonlyMap<string, number> | undefined;
  /** Requests by which each origin's queue grows per second. */
  readonly growth: ReadonlyMap<string, number>;
  /** ms since the epoch. */
  readonly now: number;
}

const LOAD_AWARE = 'least-connections';

/** The one thing worth saying now, worst first. Every figure in it is measured. */
export function verdictOf(situation: Situation): Verdict {
  for (const rule of RULES) {
    const verdict = rule(situation);
    if (verdict) return verdict;
  }
  return allWell(situation);
}

type Rule = (situation: Situation) => Verdict | undefined;

const RULES: readonly Rule[] = [outage, unnoticed, ejected, slow, overloaded, failing, stuck, away, starting, paused];

function outage({ origins }: Situation): Verdict | undefined {
  if (origins.length === 0) {
    return { tone: 'bad', news: 'There is no origin.', more: 'Every request is answered with 503. Add one.' };
  }
  if (origins.some(({ available }) => available) || origins.every(({ status }) => status === 'starting'))
    return undefined;
  return { tone: 'bad', news: 'No origin is available.', more: 'Every request is answered with 503.' };
}

function unnoticed({ origins, shares, title }: Situation): Verdict | undefined {
  const origin = origins.find(
    ({ available, process }) => available && process && process.status !== 'running' && process.status !== 'starting',
  );
  if (!origin) return undefined;
  const frozen = origin.process?.status === 'frozen';
  const share = shares.get(origin.name);
  const still = share ? `${title} still sent it ${percent(share)} of the last requests` : 'It may still be chosen';
  return {
    tone: 'bad',
    news: `${origin.name} is ${frozen ? 'frozen' : 'dead'}, and the balancer has not noticed yet.`,
    more: frozen ? `${still}; they wait.` : `${still}; they fail or are tried elsewhere.`,
  };
}

function ejected({ origins, now }: Situation): Verdict | undefined {
  const origin = origins.find(({ status }) => status === 'ejected');
  if (!origin) return undefined;
  const left =
    origin.ejectedUntil === undefined ? undefined : Math.max(0, Math.ceil((origin.ejectedUntil - now) / 1000));
  return {
    tone: 'warn',
    news: `${origin.name} is ejected: its requests failed in a row.`,
    more:
      left === undefined
        ? 'The others take its share.'
        : `The others take its share; it is tried again in ${count(left)} s.`,
  };
}

function slow(situation: Situation): Verdict | undefined {
  const { origins, shares, growth, strategy, title } = situation;
  const origin = worst(origins, (candidate) => (candidate.available ? (candidate.process?.faults.slow ?? 1) - 1 : 0));
  if (!origin?.process) return undefined;
  const share = shares.get(origin.name);
  const factor = `${origin.name} is ${count(origin.process.faults.slow)}× slower`;
  if (share === undefined) return { tone: 'warn', news: `${factor}.`, more: '' };
  if (share < fairShare(situation) * 0.7) {
    return {
      tone: 'calm',
      news: `${factor}, and ${title.toLowerCase()} spares it.`,
      more: `It got ${percent(share)} of the last requests.`,
    };
  }
  const perSecond = Math.round(growth.get(origin.name) ?? 0);
  const { waiting } = origin.process;
  const queue =
    waiting === 0
      ? ''
      : perSecond >= 1
        ? `Its queue grows by ${count(perSecond)} a second.`
        : `${counted(waiting, 'request')} wait there.`;
  return {
    tone: 'warn',
    news: `${factor}, and ${title.toLowerCase()} still sends it ${percent(share)} of the requests.`,
    more: queue,
    ...(strategy !== LOAD_AWARE && { suggestion: LOAD_AWARE }),
  };
}

function overloaded({ origins, growth }: Situation): Verdict | undefined {
  const available = origins.filter((origin) => origin.available);
  const queueing = available.filter(({ process }) => (process?.waiting ?? 0) > 0);
  const perSecond = Math.round(queueing.reduce((sum, { name }) => sum + (growth.get(name) ?? 0), 0));
  if (perSecond < 1 || queueing.length * 2 <= available.length) return undefined;
  return {
    tone: 'warn',
    news: 'More requests come than the origins can answer.',
    more: `Together their queues grow by ${count(perSecond)} a second.`,
  };
}

function failing({ origins, shares, title }: Situation): Verdict | undefined {
  const origin = worst(origins, (candidate) => (candidate.available ? (candidate.process?.faults.errors ?? 0) : 0));
  if (!origin?.process) return undefined;
  const share = shares.get(origin.name);
  return {
    tone: 'warn',
    news: `${origin.name} answers ${percent(origin.process.faults.errors).replace('.0', '')} of its requests with an error.`,
    more: share === undefined ? '' : `${title} sends it ${percent(share)} of all requests.`,
  };
}

function stuck({ origins }: Situation): Verdict | undefined {
  const origin = origins.find(({ available, process }) => available && (process?.faults.hang || process?.faults.reset));
  if (!origin?.process) return undefined;
  return origin.process.faults.hang
    ? {
        tone: 'warn',
        news: `${origin.name} accepts requests and never answers.`,
        more: 'Whoever is sent there waits for the timeout.',
      }
    : { tone: 'warn', news: `${origin.name} hangs up on every request.`, more: '' };
}

function away({ origins }: Situation): Verdict | undefined {
  const gone = origins.filter(({ available, status }) => !available && status !== 'starting');
  const first = gone[0];
  if (!first) return undefined;
  const left = origins.length - gone.length;
  const others = left === 1 ? 'One origin takes all requests.' : `The other ${count(left)} share its requests.`;
  if (gone.length > 1) {
    return {
      tone: 'warn',
      news: `${count(gone.length)} of ${count(origins.length)} origins are out.`,
      more: left === 1 ? 'One takes all requests.' : `The other ${count(left)} share the requests.`,
    };
  }
  const words =
    first.status === 'draining' || first.status === 'drained'
      ? 'is drained: it finishes what it has and gets nothing new'
      : first.status === 'going-up'
        ? 'is coming back: its checks pass again'
        : 'is down';
  return { tone: 'warn', news: `${first.name} ${words}.`, more: others };
}

function starting({ origins }: Situation): Verdict | undefined {
  const names = origins.filter(({ status }) => status === 'starting');
  if (names.length === 0) return undefined;
  return { tone: 'calm', news: `${counted(names.length, 'origin')} starting.`, more: '' };
}

function paused(situation: Situation): Verdict | undefined {
  if (!situation.paused) return undefined;
  return { tone: 'calm', news: 'Paused: the lab sends no requests of its own.', more: 'Yours are still balanced.' };
}

function allWell({ origins, shares, expected, title }: Situation): Verdict {
  const news = origins.length === 1 ? 'The one origin is up.' : `All ${count(origins.length)} origins are up.`;
  if (!expected || shares.size === 0) return { tone: 'calm', news, more: '' };
  let off = 0;
  for (const [name, share] of expected) off = Math.max(off, Math.abs((shares.get(name) ?? 0) - share));
  return {
    tone: 'calm',
    news,
    more: `${title} gives each its expected share, to within ${percent(off)} of all requests.`,
  };
}

/** The origin with the highest figure above 0. */
function worst(origins: readonly OriginState[], figure: (origin: OriginState) => number): OriginState | undefined {
  let found: OriginState | undefined;
  for (const origin of origins) if (figure(origin) > (found ? figure(found) : 0)) found = origin;
  return found;
}

function fairShare({ origins }: Situation): number {
  return 1 / Math.max(1, origins.filter(({ available }) => available).length);
}
