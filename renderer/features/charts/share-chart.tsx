import { useMemo, useRef } from 'react';
import { useApp, useLab } from '../../app/context.ts';
import { count, counted, percent, timeOfDay } from '../../app/format.ts';
import type { Identity } from '../../app/identity.ts';
import { useExpectedShares } from '../../app/use-expected-shares.ts';
import { useIdentities, useOriginNames } from '../../app/use-identities.ts';
import { recentShares } from '../../telemetry/window.ts';
import { numberCell, Table } from '../../ui/table.tsx';
import { type Span, shareOfSpan, spanOf } from './buckets.ts';
import { ChartPanel } from './chart-panel.tsx';
import { useChartWindow, useCursor } from './chart-view.ts';
import styles from './charts.module.css';
import { EndLabels, labelsThatFit } from './end-labels.tsx';
import { usePlot } from './plot.ts';
import { PlotFrame } from './plot-frame.tsx';
import {
  type Band,
  bandsOf,
  endedBand,
  expectedBoundaries,
  heightsOf,
  leftIn,
  namedBands,
  type ShareRow,
  shareRows,
  spanShares,
} from './share-data.ts';
import { bandColour, SharePlot } from './share-plot.tsx';
import { useChartSecond } from './use-chart-second.ts';
import { useMarkers } from './use-markers.ts';
import { WindowChoice } from './window-choice.tsx';

const TICKS = [0, 25, 50, 75, 100].map((value) => ({ at: value / 100, words: String(value) }));
export function ShareChart() {
  const { telemetry } = useApp().client;
  const { second, epoch } = useChartSecond(0);
  const window = useChartWindow();
  const identities = useIdentities();
  const names = useOriginNames();
  const timeline = useLab((lab) => lab.timeline);
  const expected = useExpectedShares();
  const available = useAvailable();
  const plot = usePlot();
  const cursor = useCursor();
  const { seconds } = telemetry;
  const span = useMemo(() => spanOf(window, second), [window, second]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new epoch means that the same seconds say something else
  const left = useMemo(() => leftIn(seconds, names, span).join('\n'), [seconds, epoch, names, span]);
  const bands = useMemo(() => bandsOf(names, left === '' ? [] : left.split('\n')), [names, left]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new epoch means that the same seconds say something else
  const rows = useMemo(() => shareRows(seconds, bands, span), [seconds, epoch, bands, span]);
  const boundaries = useMemo(() => (expected ? expectedBoundaries(bands, expected) : []), [bands, expected]);
  const since = useHoldingSince(boundaries, span);
  const markers = useMarkers(timeline, span, plot, true);

  const pointed = cursor === undefined ? undefined : rows.find((row) => row.second === cursor);
  const row = pointed ?? rows.findLast(({ all }) => all > 0);
  const recent = recentShares(telemetry, names);
  const shareOf = (band: Band): number | undefined => {
    if (pointed) return shareAt(pointed, band.key) ?? 0;
    return recent.size === 0 ? undefined : band.origins.reduce((all, origin) => all + (recent.get(origin) ?? 0), 0);
  };
  const whole = spanShares(seconds, bands, span);
  const heights =
    pointed ??
    (whole &&
      heightsOf(
        bands,
        (band, index) => shareOf(band) ?? whole[index] ?? 0,
        (band) => endedBand(band, row, available),
      ));
  const named = namedBands(bands, heights, labelsThatFit(plot));
  const labels = heights ? labelsOf(heights, bands, shareOf, identities).filter(({ key }) => named.has(key)) : [];

  const note = expected ? 'lines = expected' : '';
  return (
    <ChartPanel
      title="Share per origin"
      note={pointed ? `${timeOfDay(pointed.second * 1000)} · ${counted(pointed.all, 'attempt')}` : note}
      summary={summaryOf(bands, whole, window.name)}
      controls={<WindowChoice />}
      chart={
        <>
          <PlotFrame
            plot={plot}
            span={span}
            title="Share per origin"
            reading={row ? readingOf(row, bands) : 'no requests'}
            ticks={TICKS}
            markers={markers}
            identities={identities}
            labelled
            drawing={<SharePlot plot={plot} rows={rows} bands={bands} identities={identities} span={span} />}
          >
            {boundaries.map((boundary) => (
              <line
                key={boundary}
                className={styles.expected}
                x1={Math.max(0, shareOfSpan(since, span)) * plot.width}
                x2={plot.width}
                y1={(1 - boundary / 100) * plot.height}
                y2={(1 - boundary / 100) * plot.height}
              />
            ))}
          </PlotFrame>
          <EndLabels plot={plot} labels={labels} />
        </>
      }
      table={() => <ShareTable rows={rows} bands={bands} step={span.step} />}
    />
  );
}

interface ShareTableProps {
  readonly rows: readonly ShareRow[];
  readonly bands: readonly Band[];
  /** Seconds. */
  readonly step: number;
}

function ShareTable({ rows, bands, step }: ShareTableProps) {
  return (
    <Table
      label={`Share per origin, by ${step === 1 ? 'second' : `${step} seconds`}`}
      columns={[
        { title: 'Time' },
        ...bands.map(({ title }) => ({ title: `${title} %`, number: true })),
        { title: 'All', number: true },
      ]}
    >
      {rows.toReversed().map((each) => (
        <tr key={each.second}>
          <td>{timeOfDay(each.second * 1000)}</td>
          {bands.map(({ key }) => (
            <td key={key} className={numberCell}>
              {percent(shareAt(each, key))}
            </td>
          ))}
          <td className={numberCell}>{count(each.all)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** What stands beside the chart: each band's name and share (0–1), as high as the middle of the band. */
function labelsOf(
  row: ShareRow,
  bands: readonly Band[],
  shareOf: (band: Band) => number | undefined,
  identities: ReadonlyMap<string, Identity>,
) {
  let below = 0;
  return bands.map((band) => {
    const height = row[band.key] ?? 0;
    const at = (below + height / 2) / 100;
    below += height;
    return { key: band.key, at, colour: bandColour(band, identities), name: band.title, value: percent(shareOf(band)) };
  });
}

function shareAt(row: ShareRow, key: string): number | undefined {
  const value = row[key] ?? null;
  return value === null ? undefined : value / 100;
}

function readingOf(row: ShareRow, bands: readonly Band[]): string {
  const shares = bands.map(({ key, title }) => `${title} ${percent(shareAt(row, key))}`).join(', ');
  return `${timeOfDay(row.second * 1000)}: ${shares} of ${counted(row.all, 'attempt')}`;
}

function summaryOf(bands: readonly Band[], shares: readonly number[] | undefined, window: string): string {
  if (!shares) return `No requests in the last ${window}.`;
  return `Of the attempts of the last ${window}: ${bands.map(({ title }, index) => `${title} ${percent(shares[index])}`).join(', ')}.`;
}

/** The names of the origins that may be chosen now. */
function useAvailable(): ReadonlySet<string> {
  const names = useLab(({ origins }) => origins.flatMap(({ name, available }) => (available ? [name] : [])).join('\n'));
  return useMemo(() => new Set(names.split('\n')), [names]);
}

/** Expectations change with the strategy and the origins; a line over the time before would claim what nobody expected. */
function useHoldingSince(boundaries: readonly number[], { from, to }: Span): number {
  const key = boundaries.join();
  const held = useRef({ key, since: 0 });
  if (held.current.key !== key) held.current = { key, since: to };
  // Of another clock: a simulation has taken the live lab's place.
  else if (held.current.since > to) held.current = { key, since: 0 };
  return Math.max(held.current.since, from);
}
