import { useMemo, useRef } from 'react';
import { Bar, CartesianGrid, ComposedChart, Line, XAxis, YAxis } from 'recharts';
import { useLab, useTelemetry } from '../../app/context.ts';
import { count, counted, milliseconds, timeOfDay } from '../../app/format.ts';
import { useIdentities } from '../../app/use-identities.ts';
import { numberCell, Table } from '../../ui/table.tsx';
import { ChartPanel } from './chart-panel.tsx';
import styles from './charts.module.css';
import { EndLabels } from './end-labels.tsx';
import { axisWords, type LogDomain, latencyDomain, latencyRows, logPosition, logTicks } from './latency-data.ts';
import { markerLines } from './marker-lines.tsx';
import { markersOf } from './markers.ts';
import { plotY, timeTicks, timeWords, usePlot } from './plot.ts';
import { WINDOW } from './share-data.ts';

const LINES = ['p99', 'p95', 'p50'] as const;

export function LatencyChart() {
  const telemetry = useTelemetry('charts');
  const identities = useIdentities();
  const timeline = useLab((lab) => lab.timeline);
  const plot = usePlot();
  const to = telemetry.lastSecond;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the series is one object that changes inside
  const rows = useMemo(() => latencyRows(telemetry.seconds, to), [telemetry.totals, to]);
  const markers = useMemo(() => markersOf(timeline, to), [timeline, to]);
  const before = useRef<LogDomain>(undefined);
  const domain = latencyDomain(rows, before.current);
  before.current = domain;
  const axisDomain = useMemo(() => [domain.low, domain.high], [domain]);
  const ticks = useMemo(() => logTicks(domain), [domain]);
  const failures = rows.reduce((sum, { failed }) => sum + failed, 0);
  const mostFailed = rows.reduce((most, { failed }) => Math.max(most, failed), 4);
  const last = rows.findLast(({ ended }) => ended > 0);

  const labels = LINES.map((name) => {
    const value = last?.[name] ?? undefined;
    return {
      key: name,
      y: plotY(plot, value === undefined ? 0 : logPosition(value, domain)),
      colour: `var(--series-${name})`,
      name,
      value: milliseconds(value),
      hidden: value === undefined,
    };
  });

  return (
    <ChartPanel
      title="Latency and errors"
      note={`ms, log scale${failures > 0 ? ` · ${counted(failures, 'error')} in 60 s` : ''}`}
      summary={
        last
          ? `Of the requests that ended in the last second, half took at most ${milliseconds(last.p50 ?? 0)} ms, 95 % at most ${milliseconds(last.p95 ?? 0)} ms and 99 % at most ${milliseconds(last.p99 ?? 0)} ms; ${counted(failures, 'error')} in the last minute.`
          : 'No request ended in the last minute.'
      }
      chart={
        <div ref={plot.frame} className={styles.frame}>
          {plot.size.width > 0 && (
            <ComposedChart
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
                scale="log"
                domain={axisDomain}
                ticks={ticks}
                tickFormatter={axisWords}
                width={plot.axisWidth}
                tickLine={false}
                axisLine={false}
                allowDataOverflow
              />
              <YAxis yAxisId="errors" orientation="right" hide domain={[0, mostFailed * 4]} />
              <Bar
                dataKey="failed"
                yAxisId="errors"
                fill="var(--bad)"
                barSize={4 * plot.scale}
                isAnimationActive={false}
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
              {markerLines(markers, identities, false)}
            </ComposedChart>
          )}
          <EndLabels plot={plot} labels={labels} />
        </div>
      }
      table={() => (
        <Table
          label="Latency and errors, by second"
          columns={[
            { title: 'Time' },
            { title: 'p50 ms', number: true },
            { title: 'p95 ms', number: true },
            { title: 'p99 ms', number: true },
            { title: 'Ended', number: true },
            { title: 'Failed', number: true },
          ]}
        >
          {rows.toReversed().map((row) => (
            <tr key={row.second}>
              <td>{timeOfDay(row.second * 1000)}</td>
              {(['p50', 'p95', 'p99'] as const).map((name) => (
                <td key={name} className={numberCell}>
                  {milliseconds(row[name] ?? undefined)}
                </td>
              ))}
              <td className={numberCell}>{count(row.ended)}</td>
              <td className={numberCell}>{count(row.failed)}</td>
            </tr>
          ))}
        </Table>
      )}
    />
  );
}
