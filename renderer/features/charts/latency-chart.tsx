import { useDeferredValue, useMemo, useRef } from 'react';
import { useLab, useTelemetry } from '../../app/context.ts';
import { count, counted, milliseconds, timeOfDay } from '../../app/format.ts';
import { useIdentities } from '../../app/use-identities.ts';
import { numberCell, Table } from '../../ui/table.tsx';
import { ChartPanel } from './chart-panel.tsx';
import styles from './charts.module.css';
import { EndLabels } from './end-labels.tsx';
import { type LatencyRow, type LogDomain, latencyDomain, latencyRows, logPosition } from './latency-data.ts';
import { LatencyPlot, LINES } from './latency-plot.tsx';
import { markersOf } from './markers.ts';
import { plotY, usePlot } from './plot.ts';

const COLUMNS = [
  { title: 'Time' },
  { title: 'p50 ms', number: true },
  { title: 'p95 ms', number: true },
  { title: 'p99 ms', number: true },
  { title: 'Ended', number: true },
  { title: 'Failed', number: true },
];

export function LatencyChart() {
  const { seconds, lastSecond, epoch } = useTelemetry('charts');
  // A moment after the other chart: both in one go would make a long task of two short ones.
  const to = useDeferredValue(lastSecond);
  const identities = useIdentities();
  const timeline = useLab((lab) => lab.timeline);
  const plot = usePlot();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new epoch means that the same seconds say something else
  const rows = useMemo(() => latencyRows(seconds, to), [seconds, epoch, to]);
  const markers = useMemo(() => markersOf(timeline, to), [timeline, to]);
  const before = useRef<LogDomain>(undefined);
  const domain = latencyDomain(rows, before.current);
  before.current = domain;
  const failures = rows.reduce((sum, { failed }) => sum + failed, 0);
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
      summary={summaryOf(last, failures)}
      chart={
        <div ref={plot.frame} className={styles.frame}>
          {plot.size.width > 0 && (
            <LatencyPlot plot={plot} rows={rows} domain={domain} identities={identities} markers={markers} to={to} />
          )}
          <EndLabels plot={plot} labels={labels} />
        </div>
      }
      table={() => (
        <Table label="Latency and errors, by second" columns={COLUMNS}>
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

function summaryOf(last: LatencyRow | undefined, failures: number): string {
  if (!last) return 'No request ended in the last minute.';
  const at = (value: number | null): string => `${milliseconds(value ?? undefined)} ms`;
  return `Of the requests that ended in the last second, half took at most ${at(last.p50)}, 95 % at most ${at(last.p95)} and 99 % at most ${at(last.p99)}; ${counted(failures, 'error')} in the last minute.`;
}
