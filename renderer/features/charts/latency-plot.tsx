import { memo } from 'react';
import { Curve } from 'recharts';
import { placesOf, type Span, shareOfSpan } from './buckets.ts';
import { type LatencyRow, type LogDomain, logPosition } from './latency-data.ts';
import type { Plot } from './plot.ts';

export const LINES = ['p99', 'p95', 'p50'] as const;
/** Failed requests take the lowest quarter; this many in a point fill it, or the most there were. */
const FEW_FAILED = 4;

interface LatencyPlotProps {
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
  const { width, height, lineWidth } = plot;
  const most = failedScale(rows);
  const places = placesOf(rows, span, ({ ended }) => ended > 0);
  return (
    <svg width={width} height={height} aria-hidden="true">
      <Curve
        type="step"
        points={rows.map((row) => ({ x: shareOfSpan(row.second, span) * width, y: (1 - row.failed / most) * height }))}
        baseLine={height}
        fill="var(--bad)"
        stroke="none"
      />
      {LINES.map((name) => (
        <Curve
          key={name}
          points={places.map(({ row, at }) => {
            const time = row[name];
            return { x: at * width, y: time === null ? null : (1 - logPosition(time, domain)) * height };
          })}
          fill="none"
          stroke={`var(--series-${name})`}
          strokeWidth={lineWidth}
        />
      ))}
    </svg>
  );
});
