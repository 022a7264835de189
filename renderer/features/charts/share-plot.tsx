import { memo } from 'react';
import { Area, AreaChart, XAxis, YAxis } from 'recharts';
import type { Identity } from '../../app/identity.ts';
import type { Span } from './buckets.ts';
import { NO_MARGIN, type Plot, timeDomain } from './plot.ts';
import type { Band, ShareRow } from './share-data.ts';

const PERCENT_DOMAIN = [0, 100];

export interface SharePlotProps {
  readonly plot: Plot;
  readonly rows: readonly ShareRow[];
  readonly bands: readonly Band[];
  readonly identities: ReadonlyMap<string, Identity>;
  readonly span: Span;
}

export function bandColour({ key, origins }: Band, identities: ReadonlyMap<string, Identity>): string {
  const identity = key === 'rest' ? undefined : identities.get(origins[0] ?? '');
  return identity ? `var(--id-${identity.colour})` : 'var(--idle)';
}

/** The bands alone, drawn again only when one of these (stable) parts is another: once a second. */
export const SharePlot = memo(function SharePlot({ plot, rows, bands, identities, span }: SharePlotProps) {
  return (
    <AreaChart
      width={plot.width}
      height={plot.height}
      data={rows as ShareRow[]}
      margin={NO_MARGIN}
      accessibilityLayer={false}
    >
      <XAxis hide dataKey="second" type="number" domain={timeDomain(span)} allowDataOverflow />
      <YAxis hide domain={PERCENT_DOMAIN} />
      {bands.map((band) => (
        <Area
          key={band.key}
          dataKey={band.key}
          stackId="share"
          type="linear"
          fill={bandColour(band, identities)}
          stroke="none"
          isAnimationActive={false}
          dot={false}
          activeDot={false}
        />
      ))}
    </AreaChart>
  );
});
