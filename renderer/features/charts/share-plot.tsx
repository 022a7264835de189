import { memo } from 'react';
import { Curve } from 'recharts';
import type { Identity } from '../../app/identity.ts';
import { placesOf, type Span } from './buckets.ts';
import styles from './charts.module.css';
import type { Plot } from './plot.ts';
import type { Band, ShareRow } from './share-data.ts';

interface SharePlotProps {
  readonly plot: Plot;
  readonly rows: readonly ShareRow[];
  readonly bands: readonly Band[];
  readonly identities: ReadonlyMap<string, Identity>;
  readonly span: Span;
}

export function bandColour({ key, origins }: Band, identities: ReadonlyMap<string, Identity>): string {
  if (key === 'left') return 'var(--text-faint)';
  const identity = key === 'rest' ? undefined : identities.get(origins[0] ?? '');
  return identity ? `var(--id-${identity.colour})` : 'var(--idle)';
}

interface Point {
  readonly x: number;
  readonly y: number | null;
}

/** The upper edge of each band, in the plot's pixels: bands stand on one another, and end where nothing is known. */
export function bandEdges(
  rows: readonly ShareRow[],
  bands: readonly Band[],
  span: Span,
  { width, height }: Pick<Plot, 'width' | 'height'>,
): readonly (readonly Point[])[] {
  const places = placesOf(rows, span, ({ all }) => all > 0);
  const sums = places.map(() => 0);
  return bands.map(({ key }) =>
    places.map(({ row, at }, index) => {
      const share = row[key] ?? null;
      const sum = (sums[index] ?? 0) + (share ?? 0);
      sums[index] = sum;
      return { x: at * width, y: share === null ? null : (1 - sum / 100) * height };
    }),
  );
}

/** The bands alone, drawn again only when one of these (stable) parts is another: once a second. */
export const SharePlot = memo(function SharePlot({ plot, rows, bands, identities, span }: SharePlotProps) {
  const { width, height } = plot;
  const edges = bandEdges(rows, bands, span, plot);
  const floor = (edges[0] ?? []).map(({ x }) => ({ x, y: height }));
  return (
    <svg width={width} height={height} aria-hidden="true">
      {bands.map((band, index) => (
        <Curve
          key={band.key}
          className={styles.band}
          points={edges[index] ?? []}
          baseLine={edges[index - 1] ?? floor}
          fill={bandColour(band, identities)}
          stroke="none"
        />
      ))}
    </svg>
  );
});
