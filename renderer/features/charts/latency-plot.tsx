import { memo, useMemo } from 'react';
import { Area, ComposedChart, Line, XAxis, YAxis } from 'recharts';
import type { Span } from './buckets.ts';
import type { LatencyRow, LogDomain } from './latency-data.ts';
import { NO_MARGIN, type Plot, timeDomain } from './plot.ts';

export const LINES = ['p99', 'p95', 'p50'] as const;
/** Failed requests take the lowest quarter; this many in a point fill it, or the most there were. */
const FEW_FAILED = 4;

export interface LatencyPlotProps {
  readonly plot: Plot;
  readonly rows: readonly LatencyRow[];
  readonly domain: LogDomain;
  readonly span: Span;
}

export function failedScale(rows: readonly LatencyRow[]): number {
  return rows.reduce((most, { failed }) => Math.max(most, failed), FEW_FAILED) * 4;
}

/** The lines alone, drawn again only when one of these (stable) parts is another: once a second. */
export const LatencyPlot = memo(function LatencyPlot({ plot, rows, domain, span }: LatencyPlotProps) {
  const bounds = useMemo(() => [domain.low, domain.high], [domain]);
  const most = failedScale(rows);
  const failedDomain = useMemo(() => [0, most], [most]);
  return (
    <ComposedChart
      width={plot.width}
      height={plot.height}
      data={rows as LatencyRow[]}
      margin={NO_MARGIN}
      accessibilityLayer={false}
    >
      <XAxis hide dataKey="second" type="number" domain={timeDomain(span)} allowDataOverflow />
      <YAxis hide scale="log" domain={bounds} allowDataOverflow />
      <YAxis hide yAxisId="failed" domain={failedDomain} />
      <Area
        dataKey="failed"
        yAxisId="failed"
        type="step"
        fill="var(--bad)"
        stroke="none"
        isAnimationActive={false}
        dot={false}
        activeDot={false}
      />
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
    </ComposedChart>
  );
});
