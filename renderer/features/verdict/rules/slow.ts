import { duration } from '../../../app/format.ts';
import {
  availableOf,
  capacityOf,
  isLoadAware,
  median,
  nominalTime,
  type OriginView,
  type Situation,
} from '../situation.ts';
import type { Remedy, Rule, Verdict } from '../verdict.ts';
import { above, inText, listed, oneInTakes, origins, pace, portion, sharedOut, times, waiting } from '../words.ts';

/** How many times as long as the others an origin has to take to be called slow. */
const SLOW = 2;
/** Below this part of its fair share an origin is being spared. */
const SPARED = 0.7;

/** Some origins are much slower than the rest: whether the strategy cares, and who pays for it. */
export const slow: Rule = (situation) => {
  const found = slowOnes(situation);
  if (found.length === 0) return [];
  const views = found.map(({ view }) => view);
  const names = listed(views.map(({ name }) => name));
  const worst = Math.max(...found.map(({ factor }) => factor));
  const alike = found.every(({ factor }) => factor > worst * 0.95);
  const fact = `${origins(views.map(({ name }) => name))} ${views.length === 1 ? 'is' : 'are'} ${alike ? '' : 'up to '}${times(worst)} slower`;
  const known: Verdict = {
    id: `slow ${names}`,
    tone: 'warn',
    basis: 'state',
    news: `${fact} than the ${views.length + 1 === availableOf(situation).length ? 'other' : 'others'}.`,
    more: '',
  };
  const share = sumOf(views, ({ share: each }) => each ?? Number.NaN);
  if (Number.isNaN(share)) return [known];
  const it = views.length === 1 ? 'it' : 'them';
  const strategy = inText(situation.title);
  const all = `${sharedOut(situation.requests.retries)}s`;
  if (share < sumOf(views, ({ fair }) => fair) * SPARED) {
    const so = isLoadAware(situation) ? `so ${strategy}` : `and ${strategy}`;
    return [
      {
        id: `spared ${names}`,
        tone: 'calm',
        basis: 'figures',
        news: `${fact}, ${so} sends ${it} ${little(share)} of the ${all}.`,
        more: '',
      },
      known,
    ];
  }
  return [
    {
      id: `sent ${names}`,
      tone: 'warn',
      basis: 'figures',
      news: `${fact}; ${strategy} still sends ${it} ${portion(share)} of the ${all}.`,
      more: price(views, share, situation),
      ...remedy(situation),
    },
    known,
  ];
};

function little(share: number): string {
  if (share === 0) return 'none';
  const words = portion(share);
  return words.startsWith('less') ? words : `only ${words}`;
}

function slowOnes(situation: Situation): readonly { readonly view: OriginView; readonly factor: number }[] {
  const available = availableOf(situation);
  const nominal = available.map(nominalTime);
  // Of someone else's origins only what was measured is known; then that is compared for all.
  const figures = nominal.includes(undefined) ? available.map(({ p50 }) => p50) : nominal;
  const known = figures.filter((figure) => figure !== undefined);
  if (available.length < 2 || known.length < available.length) return [];
  return available.flatMap((view, index) => {
    const factor = (known[index] ?? 0) / median(known.toSpliced(index, 1));
    return factor >= SLOW && Number.isFinite(factor) ? [{ view, factor }] : [];
  });
}

/** Fewer that wait are an accident. */
const LEAST_WAITING = 5;
/** Seconds over which arrivals have to be known before they are compared with what an origin can do. */
const LONG_ENOUGH = 5;

/** That more is sent to it than it can answer, and what became of that; empty where it keeps up. */
function backlog(view: OriginView, who: string, { seconds }: Situation): string {
  const capacity = seconds >= LONG_ENOUGH ? capacityOf(view) : undefined;
  const grows = view.growth >= 1 ? `queue grows by ${pace(Math.round(view.growth))} a second.` : '';
  if (capacity === undefined) return grows && `${who === 'It' ? 'Its' : `${who}’s`} ${grows}`;
  const waits = view.state.process?.waiting ?? 0;
  const tooMuch = above(view.started / seconds, capacity);
  // One that can answer all it gets is only busy for a while, whatever its queue did lately.
  if (!tooMuch || (grows === '' && waits < LEAST_WAITING)) return '';
  const so = grows ? `its ${grows}` : `${waiting(waits)}.`;
  return `${who} gets ${tooMuch.rate} a second and can answer about ${tooMuch.limit}: ${so}`;
}

/** What it costs: a queue without end, or else the time of those who are sent there. */
function price(views: readonly OriginView[], share: number, situation: Situation): string {
  for (const view of views) {
    const words = backlog(view, views.length === 1 ? 'It' : view.name, situation);
    if (words !== '') return words;
  }
  const theirs = views.map(({ p50 }) => p50);
  const others = availableOf(situation).filter((view) => !views.includes(view));
  const rest = others.map(({ p50 }) => p50);
  const all = [...theirs, ...rest];
  if (!all.every((time) => time !== undefined)) return '';
  const usual = median(rest.map((time) => time ?? 0));
  const own = median(theirs.map((time) => time ?? 0));
  // It was made to be slow, and clients do not feel it (yet): nothing to pay.
  if (own < usual * SLOW) return '';
  return `${oneInTakes(share, sharedOut(situation.requests.retries))} about ${duration(own)}${share < 1 ? `, the others ${duration(usual)}` : ''}.`;
}

/** One that looks at how busy origins are; where that is in use already, one that looks at how quick they are. */
function remedy(situation: Situation): { readonly remedy?: Remedy } {
  if (!isLoadAware(situation)) return { remedy: { strategy: 'least-connections' } };
  const { use } = situation.lab.strategy;
  return use === 'least-connections' || use === 'power-of-two-choices' || use === 'least-load'
    ? { remedy: { strategy: 'peak-ewma' } }
    : {};
}

function sumOf(views: readonly OriginView[], figure: (view: OriginView) => number): number {
  return views.reduce((sum, view) => sum + figure(view), 0);
}
