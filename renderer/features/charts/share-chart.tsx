import { useMemo, useRef } from 'react';
import { useLab, useTelemetry } from '../../app/context.ts';
import { percent, timeOfDay } from '../../app/format.ts';
import { useExpectedShares } from '../../app/use-expected-shares.ts';
import { useIdentities, useOriginNames } from '../../app/use-identities.ts';
import { recentShares } from '../../telemetry/window.ts';
import { numberCell, Table } from '../../ui/table.tsx';
import { ChartPanel } from './chart-panel.tsx';
import styles from './charts.module.css';
import { EndLabels } from './end-labels.tsx';
import { markersOf } from './markers.ts';
import { plotY, usePlot } from './plot.ts';
import { bandsOf, expectedBoundaries, shareRows, WINDOW, windowShares } from './share-data.ts';
import { bandColour, SharePlot } from './share-plot.tsx';

export function ShareChart() {
  const telemetry = useTelemetry('charts');
  const identities = useIdentities();
  const names = useOriginNames();
  const timeline = useLab((lab) => lab.timeline);
  const expected = useExpectedShares();
  const plot = usePlot();
  const { seconds, lastSecond: to, epoch } = telemetry;
  const bands = useMemo(() => bandsOf(names), [names]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new epoch means that the same seconds say something else
  const rows = useMemo(() => shareRows(seconds, bands, to), [seconds, epoch, bands, to]);
  const boundaries = useMemo(() => (expected ? expectedBoundaries(bands, expected) : []), [bands, expected]);
  const from = useHoldingSince(boundaries, to);
  const markers = useMemo(() => markersOf(timeline, to), [timeline, to]);
  const minute = windowShares(seconds, bands, to);
  const described = minute
    ? bands.map(({ title }, index) => `${title} ${percent(minute[index])}`).join(', ')
    : 'no requests';

  const last = rows.findLast((row) => bands.some(({ key }) => row[key] !== null));
  const shares = recentShares(telemetry, names);
  let sum = 0;
  const labels = bands.map((band) => {
    const height = last?.[band.key] ?? 0;
    const middle = sum + height / 2;
    sum += height;
    const recent = band.origins.reduce((all, origin) => all + (shares.get(origin) ?? 0), 0);
    return {
      key: band.key,
      y: plotY(plot, middle / 100),
      colour: bandColour(band, identities),
      name: band.title,
      value: percent(shares.size === 0 ? undefined : recent),
      hidden: !last || height < 0.5,
    };
  });

  return (
    <ChartPanel
      title="Share per origin"
      note={expected ? 'last 60 s, lines = expected' : 'last 60 s'}
      summary={`Of the requests of the last minute: ${described}.`}
      chart={
        <div ref={plot.frame} className={styles.frame}>
          {plot.size.width > 0 && (
            <SharePlot
              plot={plot}
              rows={rows}
              bands={bands}
              identities={identities}
              markers={markers}
              boundaries={boundaries}
              from={from}
              to={to}
            />
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
function useHoldingSince(boundaries: readonly number[], to: number): number {
  const key = boundaries.join();
  const held = useRef({ key, since: 0 });
  if (held.current.key !== key) held.current = { key, since: to };
  return Math.max(held.current.since, to - WINDOW + 1);
}
