import type { StrategyResult } from '../../../src/simulation/result.ts';
import { count, milliseconds, percent } from '../../app/format.ts';
import { type KneePoint, lost, overlap, type Rank, ranking } from './comparison.ts';

/** As fast, for anyone who waits; what one run of the knee can tell. */
const ALIKE = 1.15;

interface Judged {
  readonly results: readonly StrategyResult[];
  /** What each is called, in the results' order. */
  readonly titles: readonly string[];
  /** Runs of each. */
  readonly replications: number;
  /** Under what load which is how fast, where that was found out, in the results' order. */
  readonly knee?: readonly (readonly KneePoint[])[] | undefined;
}

/** What a comparison says, in a few sentences; the first is the answer. */
export function verdictOf({ results, titles, replications, knee }: Judged): string[] {
  if (results.every(({ offered }) => offered === 0)) return ['No request came in this time: make the runs longer.'];
  const ranks = ranking(results);
  const [best] = ranks;
  const worst = ranks.at(-1);
  if (!best || !worst || best.class === 'unserved') return ['No request was answered with any of them.'];
  const title = ({ index }: Rank): string => titles[index] ?? '';
  const name = (rank: Rank): string => inSentence(title(rank));
  const time = ({ result }: Rank): string => `${milliseconds(result.latency_ms.mean ?? 0)} ms`;
  const loss = ({ result }: Rank): string => percent(lost(result));
  const leaders = leadersOf(ranks);
  const [are, their] = leaders.length === 1 ? ['is', 'its'] : ['are', 'their'];
  const named = leaders.map((rank, place) => (place === 0 ? title(rank) : name(rank))).join(' and ');
  const said: string[] = [];
  if (best.class === 'unstable') {
    said.push(`None of them can carry this load: ${best.result.unstable}`);
  } else if (worst.class === 'unstable') {
    said.push(
      `${named} ${are} best and ${leaders.length === 1 ? 'carries' : 'carry'} the load: ${their} answers take ${time(best)} on average.`,
    );
    said.push(`With ${name(worst)} the lab is unstable: ${worst.result.unstable}`);
  } else if (worst.class !== 'served') {
    const all = worst.class === 'unserved' ? `${name(worst)} answers none` : `${name(worst)} ${loss(worst)}`;
    said.push(
      `${named} ${are} best: ${leaders.length === 1 ? 'it loses' : 'they lose'} ${loss(best)} of the requests, ${all}.`,
    );
    said.push(`${leaders.length === 1 ? 'Its' : 'Their'} answers take ${time(best)} on average.`);
  } else if (leaders.length === ranks.length) {
    const runs = replications === 1 ? 'one run' : `${count(replications)} runs`;
    said.push(`No difference that ${runs} of this length can tell: ${time(best)} on average.`);
  } else {
    said.push(
      `${named} ${are} best: ${their} answers take ${time(best)} on average, those of ${name(worst)} ${time(worst)} (${times(best.result, worst.result)}).${tail(best.result, worst.result, name(worst))}`,
    );
    const even = evenUpTo(knee?.[best.index], knee?.[worst.index]);
    if (even !== undefined) said.push(`Up to ${count(even * 100)} % load ${name(worst)} is about as fast.`);
  }
  const served = ranks.filter((rank) => rank.class === 'served' || rank.class === 'unstable');
  const [careful, lossy] = [least(served), least(served.toReversed(), -1)];
  if (careful && lossy && worst.class !== 'lossy' && lost(lossy.result) - lost(careful.result) > 0.005) {
    said.push(`${title(lossy)} loses ${loss(lossy)} of the requests, ${name(careful)} ${loss(careful)}.`);
  }
  return said;
}

/** The best, and those whose mean can't be told from its. */
function leadersOf([best, ...others]: readonly Rank[]): readonly Rank[] {
  if (best === undefined) return [];
  const end = others.findIndex((rank) => rank.class !== best.class || !overlap(best.result, rank.result));
  return [best, ...(end < 0 ? others : others.slice(0, end))];
}

/** The rank that loses least, or with `sign` -1 most. */
function least(ranks: readonly Rank[], sign = 1): Rank | undefined {
  return ranks.toSorted((a, b) => sign * (lost(a.result) - lost(b.result)))[0];
}

/** The load (0–1) up to which both are about equally fast, where they part after it. */
function evenUpTo(best: readonly KneePoint[] = [], other: readonly KneePoint[] = []): number | undefined {
  const parting = best.findIndex(({ mean }, place) => {
    const rival = other[place]?.mean;
    return mean === null || rival == null || rival > ALIKE * mean;
  });
  return parting > 0 ? best[parting - 1]?.load : undefined;
}

/** The slow ones are what users complain about: said when the means hide it. */
function tail(best: StrategyResult, worst: StrategyResult, name: string): string {
  const [a, b] = [best.latency_ms.p99, worst.latency_ms.p99];
  if (a === null || b === null || a <= 0) return '';
  const ratio = b / a;
  if (ratio >= 1.5)
    return ` Its slowest hundredth takes ${milliseconds(a)} ms or more instead of ${milliseconds(b)} ms.`;
  if (ratio < 0.9)
    return ` But its slowest hundredth takes ${milliseconds(a)} ms or more, with ${name} ${milliseconds(b)} ms.`;
  return '';
}

function times(best: StrategyResult, worst: StrategyResult): string {
  const ratio = (worst.latency_ms.mean ?? 0) / (best.latency_ms.mean ?? 1);
  return ratio < 2 ? `${count((ratio - 1) * 100)} % more` : `${ratio.toFixed(1)} times as long`;
}

/** A title in the middle of a sentence. */
function inSentence(title: string): string {
  return /^([A-Z]{2}|\d)/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}
