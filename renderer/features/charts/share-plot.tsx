import { memo } from 'react';
import { Area, AreaChart, CartesianGrid, ReferenceLine, YAxis } from 'recharts';
import type { Identity } from '../../app/identity.ts';
import styles from './charts.module.css';
import { markerLines } from './marker-lines.tsx';
import type { Marker } from './markers.ts';
import type { Plot } from './plot.ts';
import type { Band, ShareRow } from './share-data.ts';
import { timeAxis } from './time-axis.tsx';

const PERCENT_DOMAIN = [0, 100];
const PERCENT_TICKS = [0, 25, 50, 75, 100];
const LINE_HEIGHT = 14;

export interface SharePlotProps {
  readonly plot: Plot;
  readonly rows: readonly ShareRow[];
  readonly bands: readonly Band[];
  readonly identities: ReadonlyMap<string, Identity>;
  readonly markers: readonly Marker[];
  /** % at which bands should meet, since `from`. */
  readonly boundaries: readonly number[];
  readonly from: number;
  readonly to: number;
}

export function bandColour({ key, origins }: Band, identities: ReadonlyMap<string, Identity>): string {
  const identity = key === 'rest' ? undefined : identities.get(origins[0] ?? '');
  return identity ? `var(--id-${identity.colour})` : 'var(--idle)';
}

/** The drawing alone, so that it is only drawn again when one of its (stable) parts is another: once a second. */
export const SharePlot = memo(function SharePlot(props: SharePlotProps) {
  const { plot, rows, bands, identities, markers, boundaries, from, to } = props;
  return (
    <AreaChart
      width={plot.size.width}
      height={plot.size.height}
      data={rows as ShareRow[]}
      margin={plot.margin}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} stroke="var(--border)" />
      {timeAxis(plot, to)}
      <YAxis domain={PERCENT_DOMAIN} ticks={PERCENT_TICKS} width={plot.axisWidth} tickLine={false} axisLine={false} />
      {bands.map((band) => (
        <Area
          key={band.key}
          dataKey={band.key}
          stackId="share"
          type="linear"
          fill={bandColour(band, identities)}
          stroke="var(--surface)"
          strokeWidth={1}
          isAnimationActive={false}
          dot={false}
          activeDot={false}
        />
      ))}
      {boundaries.map((y) => (
        <ReferenceLine
          key={y}
          segment={[
            { x: from, y },
            { x: to, y },
          ]}
          className={styles.expected}
          zIndex={700}
        />
      ))}
      {markerLines(markers, identities, true, LINE_HEIGHT * plot.scale)}
    </AreaChart>
  );
});
