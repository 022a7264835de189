import { useMemo, useRef } from 'react';
import { useApp, useLab } from '../../app/context.ts';
import { count, counted, latency, milliseconds, shortCount, timeOfDay } from '../../app/format.ts';
import { useIdentities } from '../../app/use-identities.ts';
import { numberCell, Table } from '../../ui/table.tsx';
import { spanOf } from './buckets.ts';
import { ChartPanel } from './chart-panel.tsx';
import { useChartWindow, useCursor } from './chart-view.ts';
import styles from './charts.module.css';
import { EndLabels } from './end-labels.tsx';
import {
  axisWords,
  type LatencyRow,
  type LogDomain,
  latencyDomain,
  latencyRows,
  logPosition,
  logTicks,
  newestRow,
} from './latency-data.ts';
import { failedScale, LatencyPlot, LINES } from './latency-plot.tsx';
import { usePlot } from './plot.ts';
import { PlotFrame } from './plot-frame.tsx';
import { useChartSecond } from './use-chart-second.ts';
import { useMarkers } from './use-markers.ts';

const COLUMNS = [
  { title: 'Time' },
  { title: 'p50 ms', number: true },
  { title: 'p95 ms', number: true },
  { title: 'p99 ms', number: true },
  { title: 'Ended', number: true },
  { title: 'Failed', number: true },
];

export function LatencyChart() {
  const { seconds } = useApp().client.telemetry;
  const { second, epoch } = useChartSecond(1);
  const window = useChartWindow();
  const identities = useIdentities();
  const timeline = useLab((lab) => lab.timeline);
  const plot = usePlot();
  const cursor = useCursor();
  const span = useMemo(() => spanOf(window, second), [window, second]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new epoch means that the same seconds say something else
  const rows = useMemo(() => latencyRows(seconds, span), [seconds, epoch, span]);
  const markers = useMarkers(timeline, span, plot, false);
  const before = useRef<LogDomain>(undefined);
  const domain = latencyDomain(rows, before.current);
  before.current = domain;
  const ticks = useMemo(
    () => logTicks(domain).map((value) => ({ at: logPosition(value, domain), words: axisWords(value) })),
    [domain],
  );
  const failures = rows.reduce((sum, { failed }) => sum + failed, 0);
  const pointed = cursor === undefined ? undefined : rows.find((row) => row.second === cursor);
  const row = pointed ?? rows.findLast(({ ended }) => ended > 0);
  const named = pointed ?? newestRow(rows, span);

  const lines = LINES.flatMap((name) => {
    const value = named?.[name] ?? undefined;
    if (value === undefined) return [];
    const at = logPosition(value, domain);
    return [{ key: name, at, colour: `var(--series-${name})`, name, value: latency(value ?? undefined).join(' ') }];
  });
  const failed = { key: 'failed', at: 0, colour: 'var(--bad)', name: 'errors', value: shortCount(named?.failed ?? 0) };
  const labels =
    failures === 0 ? lines : [...lines, { ...failed, at: ((named?.failed ?? 0) / failedScale(rows)) * 0.5 }];

  const worst = span.step === 1 ? '' : ` · worst second of ${span.step}`;
  const total = failures > 0 && <span className={styles.roomy}> · {counted(failures, 'error')}</span>;
  return (
    <ChartPanel
      title="Latency and errors"
      note={
        pointed ? (
          readingNote(pointed)
        ) : (
          <>
            ms, log scale{worst}
            {total}
          </>
        )
      }
      summary={summaryOf(row, failures, window.name)}
      chart={
        <>
          <PlotFrame
            plot={plot}
            span={span}
            title="Latency and errors"
            reading={row ? readingOf(row) : 'no request ended'}
            ticks={ticks}
            markers={markers}
            identities={identities}
            drawing={<LatencyPlot plot={plot} rows={rows} domain={domain} span={span} />}
          />
          <EndLabels plot={plot} labels={labels} />
        </>
      }
      table={() => <LatencyTable rows={rows} step={span.step} />}
    />
  );
}

/** @param step seconds of a row */
function LatencyTable({ rows, step }: { readonly rows: readonly LatencyRow[]; readonly step: number }) {
  return (
    <Table
      label={`Latency and errors, by ${step === 1 ? 'second' : `${step} seconds, of which the worst`}`}
      columns={COLUMNS}
    >
      {rows.toReversed().map((each) => (
        <tr key={each.second}>
          <td>{timeOfDay(each.second * 1000)}</td>
          {(['p50', 'p95', 'p99'] as const).map((name) => (
            <td key={name} className={numberCell}>
              {milliseconds(each[name] ?? undefined)}
            </td>
          ))}
          <td className={numberCell}>{count(each.ended)}</td>
          <td className={numberCell}>{count(each.failed)}</td>
        </tr>
      ))}
    </Table>
  );
}

function readingNote({ second, ended, failed }: LatencyRow): string {
  const failures = failed === 0 ? '' : `, ${count(failed)} failed`;
  return `${timeOfDay(second * 1000)} · ${count(ended)} ended${failures}`;
}

function at(value: number | null): string {
  return latency(value ?? undefined).join(' ');
}

function readingOf(row: LatencyRow): string {
  return `${readingNote(row)}: p50 ${at(row.p50)}, p95 ${at(row.p95)}, p99 ${at(row.p99)}`;
}

function summaryOf(last: LatencyRow | undefined, failures: number, window: string): string {
  if (!last) return `No request ended in the last ${window}.`;
  return `Of the requests that ended last, half took at most ${at(last.p50)}, 95 % at most ${at(last.p95)} and 99 % at most ${at(last.p99)}; ${counted(failures, 'error')} in the last ${window}.`;
}
