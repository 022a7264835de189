import type { SecondSeries } from '../../telemetry/second-series.ts';
import { pointsOf, type Span } from './buckets.ts';

/** A chart of more bands than this cannot be read, nor redrawn every second. */
const MAX_BANDS = 8;

export interface Band {
  /** Stable as long as the origins are, so that the chart keeps its elements. */
  readonly key: string;
  readonly title: string;
  readonly origins: readonly string[];
}

/** One point of the chart: percentages by band key, null where there were no requests. */
export interface ShareRow {
  readonly second: number;
  /** Attempts that began, all bands together. */
  readonly all: number;
  readonly [band: string]: number | null;
}

/**
 * One band per origin, in the lab's order; of many, the first seven and the rest together. On top those that have left, so that
 * what the others had beside them stays as it was.
 */
export function bandsOf(names: readonly string[], left: readonly string[] = []): Band[] {
  const most = left.length > 0 ? MAX_BANDS - 1 : MAX_BANDS;
  const single = names.length <= most ? names : names.slice(0, most - 1);
  const rest = names.slice(single.length);
  const bands: Band[] = single.map((name, index) => ({ key: `band${index}`, title: name, origins: [name] }));
  if (rest.length > 0) bands.push({ key: 'rest', title: `+${rest.length}`, origins: rest });
  if (left.length > 0) bands.push({ key: 'left', title: 'removed', origins: left });
  return bands;
}

/** The origins that have left and were sent requests in that time. */
export function leftIn(seconds: SecondSeries, names: readonly string[], { from, to, step }: Span): readonly string[] {
  return seconds.othersThan(names).filter((name) => seconds.sum(name, 'started', from, to + step - 1) > 0);
}

function countOf(seconds: SecondSeries, { origins }: Band, from: number, to: number): number {
  return origins.reduce((sum, origin) => sum + seconds.sum(origin, 'started', from, to), 0);
}

export function shareRows(seconds: SecondSeries, bands: readonly Band[], span: Span): ShareRow[] {
  return pointsOf(span).map((second) => {
    const counts = bands.map((band) => countOf(seconds, band, second, second + span.step - 1));
    const all = counts.reduce((sum, count) => sum + count, 0);
    const row: Record<string, number | null> = { second, all };
    for (const [index, { key }] of bands.entries()) row[key] = all === 0 ? null : ((counts[index] ?? 0) / all) * 100;
    return row as ShareRow;
  });
}

/** Share (0–1) of each band over the whole span; undefined without requests. */
export function spanShares(seconds: SecondSeries, bands: readonly Band[], span: Span): readonly number[] | undefined {
  const counts = bands.map((band) => countOf(seconds, band, span.from, span.to + span.step - 1));
  const all = counts.reduce((sum, count) => sum + count, 0);
  return all === 0 ? undefined : counts.map((count) => count / all);
}

/**
 * How high each band is beside which its name stands: of a second in which few requests came that would be anything, and
 * names would come and go. A band that has ended has no height, and the others have all of it.
 * @param shareOf 0–1
 */
export function heightsOf(
  bands: readonly Band[],
  shareOf: (band: Band, index: number) => number,
  hasEnded: (band: Band) => boolean,
): ShareRow {
  const shares = bands.map((band, index) => (hasEnded(band) ? 0 : shareOf(band, index)));
  const all = shares.reduce((sum, share) => sum + share, 0) || 1;
  const heights = bands.map(({ key }, index) => [key, ((shares[index] ?? 0) / all) * 100] as const);
  return { second: 0, all: 1, ...Object.fromEntries(heights) };
}

/** Whether a band is of origins that get nothing any more, and is not there in the last row in which requests came. */
export function endedBand(band: Band, last: ShareRow | undefined, available: ReadonlySet<string>): boolean {
  return last?.[band.key] === 0 && !band.origins.some((origin) => available.has(origin));
}

/** A band lower than this (%) has no name beside it: the names of those around it would be pushed away. */
const LOWEST_NAMED = 0.5;

/** The keys of the bands that have their names beside them: where there is room for so many only, the highest, then the first. */
export function namedBands(bands: readonly Band[], row: ShareRow | undefined, room: number): ReadonlySet<string> {
  const heightOf = ({ key }: Band): number => row?.[key] ?? 0;
  const high = bands.filter((band) => heightOf(band) >= LOWEST_NAMED).sort((a, b) => heightOf(b) - heightOf(a));
  return new Set(high.slice(0, room).map(({ key }) => key));
}

/** Where the bands should meet, in %, from the bottom; without the outer edges, which are always there. */
export function expectedBoundaries(bands: readonly Band[], expected: ReadonlyMap<string, number>): number[] {
  const boundaries: number[] = [];
  let sum = 0;
  for (const { origins } of bands.slice(0, -1)) {
    for (const origin of origins) sum += (expected.get(origin) ?? 0) * 100;
    if (sum > 0.01 && sum < 99.99 && boundaries.at(-1) !== sum) boundaries.push(sum);
  }
  return boundaries;
}
