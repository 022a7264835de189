import { memo, useMemo } from 'react';
import { Bar, CartesianGrid, ComposedChart, Line, YAxis } from 'recharts';
import type { Identity } from '../../app/identity.ts';
import { axisWords, type LatencyRow, type LogDomain, logTicks } from './latency-data.ts';
import { markerLines } from './marker-lines.tsx';
import type { Marker } from './markers.ts';
import type { Plot } from './plot.ts';
import { timeAxis } from './time-axis.tsx';

export const LINES = ['p99', 'p95', 'p50'] as const;
/** Bars of failed requests take the lowest quarter; this many fill it, or the most there were. */
const FEW_FAILED = 4;

export interface LatencyPlotProps {
  readonly plot: Plot;
  readonly rows: readonly LatencyRow[];
  readonly domain: LogDomain;
  readonly identities: ReadonlyMap<string, Identity>;
  readonly markers: readonly Marker[];
  readonly to: number;
}

/** The drawing alone, drawn again only when one of its (stable) parts is another: once a second. */
export const LatencyPlot = memo(function LatencyPlot({
  plot,
  rows,
  domain,
  identities,
  markers,
  to,
}: LatencyPlotProps) {
  const bounds = useMemo(() => [domain.low, domain.high], [domain]);
  const ticks = useMemo(() => logTicks(domain), [domain]);
  const mostFailed = rows.reduce((most, { failed }) => Math.max(most, failed), FEW_FAILED);
  return (
    <ComposedChart
      width={plot.size.width}
      height={plot.size.height}
      data={rows as LatencyRow[]}
      margin={plot.margin}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} stroke="var(--border)" />
      {timeAxis(plot, to)}
      <YAxis
        scale="log"
        domain={bounds}
        ticks={ticks}
        tickFormatter={axisWords}
        width={plot.axisWidth}
        tickLine={false}
        axisLine={false}
        allowDataOverflow
      />
      <YAxis yAxisId="errors" orientation="right" hide domain={[0, mostFailed * 4]} />
      <Bar dataKey="failed" yAxisId="errors" fill="var(--bad)" barSize={4 * plot.scale} isAnimationActive={false} />
      {LINES.map((name) => (
        <Line
          key={name}
          dataKey={name}
          type="linear"
          stroke={`var(--series-${name})`}
          strokeWidth={plot.lineWidth}
          isAnimationActive={false}
          dot={false}
          activeDot={false}
        />
      ))}
      {markerLines(markers, identities, false)}
    </ComposedChart>
  );
});
