import type { SecondSeries } from '../../telemetry/second-series.ts';

/** Seconds that a chart looks back on. */
export const WINDOW = 60;
/** A chart of more bands than this cannot be read, nor redrawn twice a second. */
export const MAX_BANDS = 8;

export interface Band {
  /** Stable as long as the origins are, so that the chart keeps its elements. */
  readonly key: string;
  readonly title: string;
  readonly origins: readonly string[];
}

/** One row of the chart: percentages by band key, null in a second without requests. */
export interface ShareRow {
  readonly second: number;
  readonly [band: string]: number | null;
}

/** One band per origin, in the lab's order; of many, the first seven and the rest together. */
export function bandsOf(names: readonly string[]): Band[] {
  const single = names.length <= MAX_BANDS ? names : names.slice(0, MAX_BANDS - 1);
  const rest = names.slice(single.length);
  const bands: Band[] = single.map((name, index) => ({ key: `band${index}`, title: name, origins: [name] }));
  if (rest.length > 0) bands.push({ key: 'rest', title: `+${rest.length}`, origins: rest });
  return bands;
}

/** The seconds `to` − 59 … `to`. */
export function shareRows(seconds: SecondSeries, bands: readonly Band[], to: number): ShareRow[] {
  const rows: ShareRow[] = [];
  for (let second = to - WINDOW + 1; second <= to; second++) {
    const counts = bands.map(({ origins }) =>
      origins.reduce((sum, origin) => sum + (seconds.at(origin, second, 'started') ?? 0), 0),
    );
    const all = counts.reduce((sum, count) => sum + count, 0);
    const row: Record<string, number | null> = { second };
    for (const [index, { key }] of bands.entries()) row[key] = all === 0 ? null : ((counts[index] ?? 0) / all) * 100;
    rows.push(row as ShareRow);
  }
  return rows;
}

/** Share (0–1) of each band over the whole window; undefined without requests. */
export function windowShares(seconds: SecondSeries, bands: readonly Band[], to: number): readonly number[] | undefined {
  const counts = bands.map(({ origins }) =>
    origins.reduce((sum, origin) => sum + seconds.sum(origin, 'started', to - WINDOW + 1, to), 0),
  );
  const all = counts.reduce((sum, count) => sum + count, 0);
  return all === 0 ? undefined : counts.map((count) => count / all);
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
