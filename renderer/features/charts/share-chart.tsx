import { useMemo, useRef } from 'react';
import { Area, AreaChart, CartesianGrid, ReferenceLine, XAxis, YAxis } from 'recharts';
import { useLab, useTelemetry } from '../../app/context.ts';
import { percent, timeOfDay } from '../../app/format.ts';
import { expectedShares } from '../../app/strategies.ts';
import { useIdentities } from '../../app/use-identities.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { recentShare } from '../../telemetry/window.ts';
import { numberCell, Table } from '../../ui/table.tsx';
import { ChartPanel } from './chart-panel.tsx';
import styles from './charts.module.css';
import { EndLabels } from './end-labels.tsx';
import { markerLines } from './marker-lines.tsx';
import { markersOf } from './markers.ts';
import { plotY, timeTicks, timeWords, usePlot } from './plot.ts';
import { bandsOf, expectedBoundaries, shareRows, WINDOW, windowShares } from './share-data.ts';

const PERCENT_DOMAIN = [0, 100];
const PERCENT_TICKS = [0, 25, 50, 75, 100];

export function ShareChart() {
  const telemetry = useTelemetry('charts');
  const identities = useIdentities();
  const timeline = useLab((lab) => lab.timeline);
  const strategy = useLab((lab) => lab.strategy);
  const origins = useLab((lab) => lab.origins);
  const plot = usePlot();
  const names = useMemo(() => [...identities.keys()], [identities]);
  const bands = useMemo(() => bandsOf(names), [names]);
  const to = telemetry.lastSecond;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the series is one object that changes inside
  const rows = useMemo(() => shareRows(telemetry.seconds, bands, to), [telemetry.totals, bands, to]);
  const expected = useMemo(() => expectedShares(strategy, origins), [strategy, origins]);
  const boundaries = expected ? expectedBoundaries(bands, expected) : [];
  const from = useHoldingSince(boundaries.join(), to);
  const markers = useMemo(() => markersOf(timeline, to), [timeline, to]);
  const shares = windowShares(telemetry.seconds, bands, to);

  const colour = (index: number): string => {
    const name = bands[index]?.origins[0];
    const identity = bands[index]?.key === 'rest' ? undefined : identities.get(name ?? '');
    return identity ? `var(--id-${identity.colour})` : 'var(--idle)';
  };
  const last = rows.findLast((row) => bands.some(({ key }) => row[key] !== null));
  let sum = 0;
  const labels = bands.map((band, index) => {
    const share = last?.[band.key] ?? 0;
    const middle = sum + share / 2;
    sum += share;
    return {
      key: band.key,
      y: plotY(plot, middle / 100),
      colour: colour(index),
      name: band.title,
      value: percent(bandShare(telemetry, band.origins, names)),
      hidden: !last || share < 0.5,
    };
  });
  const described = shares
    ? bands.map(({ title }, index) => `${title} ${percent(shares[index])}`).join(', ')
    : 'no requests';

  return (
    <ChartPanel
      title="Share per origin"
      note={expected ? 'last 60 s, lines = expected' : 'last 60 s'}
      summary={`Of the requests of the last minute: ${described}.`}
      chart={
        <div ref={plot.frame} className={styles.frame}>
          {plot.size.width > 0 && (
            <AreaChart
              width={plot.size.width}
              height={plot.size.height}
              data={rows}
              margin={plot.margin}
              accessibilityLayer={false}
            >
              <CartesianGrid vertical={false} stroke="var(--border)" />
              <XAxis
                dataKey="second"
                type="number"
                domain={[to - WINDOW + 1, to]}
                ticks={timeTicks(to)}
                tickFormatter={timeWords(to)}
                interval={0}
                height={plot.axisHeight}
                tickLine={false}
                axisLine={false}
                allowDataOverflow
              />
              <YAxis
                domain={PERCENT_DOMAIN}
                ticks={PERCENT_TICKS}
                width={plot.axisWidth}
                tickLine={false}
                axisLine={false}
              />
              {bands.map(({ key }, index) => (
                <Area
                  key={key}
                  dataKey={key}
                  stackId="share"
                  type="linear"
                  fill={colour(index)}
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
              {markerLines(markers, identities, true)}
            </AreaChart>
          )}
          <EndLabels plot={plot} labels={labels} />
        </div>
      }
      table={() => (
        <Table
          label="Share per origin, by second"
          columns={[{ title: 'Time' }, ...bands.map(({ title }) => ({ title: `${title} %`, number: true }))]}
        >
          {rows.toReversed().map((row) => (
            <tr key={row.second}>
              <td>{timeOfDay(row.second * 1000)}</td>
              {bands.map(({ key }) => (
                <td key={key} className={numberCell}>
                  {percent(row[key] === null ? undefined : (row[key] ?? 0) / 100)}
                </td>
              ))}
            </tr>
          ))}
        </Table>
      )}
    />
  );
}

/** Expectations change with the strategy and the origins; a line over the time before would claim what nobody expected. */
function useHoldingSince(key: string, to: number): number {
  const held = useRef({ key, since: 0 });
  if (held.current.key !== key) held.current = { key, since: to };
  return Math.max(held.current.since, to - WINDOW + 1);
}

/** The same figure as on the cards: over the last 10 s. */
function bandShare(telemetry: Telemetry, origins: readonly string[], names: readonly string[]): number | undefined {
  let sum: number | undefined;
  for (const origin of origins) {
    const share = recentShare(telemetry, origin, names);
    if (share !== undefined) sum = (sum ?? 0) + share;
  }
  return sum;
}
