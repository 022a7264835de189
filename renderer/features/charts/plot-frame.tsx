import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { memo } from 'react';
import { timeOfDay } from '../../app/format.ts';
import type { Identity } from '../../app/identity.ts';
import { type ChartWindow, nearestPoint, type Span, shareOfSpan } from './buckets.ts';
import { pointAt, useChartWindow, useCursor } from './chart-view.ts';
import styles from './charts.module.css';
import type { Marker } from './markers.ts';
import type { Plot } from './plot.ts';

interface AxisTick {
  /** 0 bottom, 1 top. */
  readonly at: number;
  readonly words: string;
}

interface PlotFrameProps {
  readonly plot: Plot;
  readonly span: Span;
  readonly title: string;
  /** What is to be read at the cursor, in words. */
  readonly reading: string;
  readonly ticks: readonly AxisTick[];
  readonly markers: readonly Marker[];
  readonly identities: ReadonlyMap<string, Identity>;
  /** Whether the markers' labels are written here. */
  readonly labelled?: boolean;
  /** The data's drawing. */
  readonly drawing: ReactNode;
  /** Over the drawing, under the labels. */
  readonly children?: ReactNode;
}

/** Height of one line of markers' labels, in CSS pixels at scale 1. */
export const LABEL_LINE = 17;

/** CSS pixels at scale 1 that "00:00:00" takes on the axis, with a little air. */
const CURSOR_TIME_WIDTH = 56;

/**
 * Everything of a chart but its data: axes, grid, markers, the cursor that all charts share. Drawn here rather than by the chart
 * library, because none of it changes when the data does: each second only the data's few paths are drawn anew.
 */
export function PlotFrame(props: PlotFrameProps) {
  const { plot, span, title, reading, ticks, markers, identities, labelled = false, drawing, children } = props;
  const { frame, left, top, width, height } = plot;
  const window = useChartWindow();
  const cursor = useCursor();
  const shown = cursor !== undefined && cursor >= span.from && cursor <= span.to ? cursor : undefined;
  const x = shown === undefined ? undefined : shareOfSpan(shown, span) * width;

  const onPointer = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    pointAt(nearestPoint((event.clientX - box.left) / box.width, span));
  };
  const onKey = (event: KeyboardEvent): void => {
    const next = moved(event.key, shown ?? span.to, span);
    if (next === null) return;
    event.preventDefault();
    pointAt(next);
  };

  return (
    <div ref={frame} className={styles.frame}>
      {width > 0 && height > 0 && (
        <>
          <Axes plot={plot} ticks={ticks} window={window} />
          <div className={styles.drawing} style={{ left, top, width, height }}>
            {drawing}
          </div>
          <svg className={styles.over} style={{ left, top, width, height }} aria-hidden="true">
            {children}
            {markers.map((marker) => (
              <line
                key={marker.id}
                className={styles.marker}
                x1={marker.x}
                x2={marker.x}
                y1={0}
                y2={height}
                style={{ stroke: markerColour(marker, identities) }}
              />
            ))}
            {x !== undefined && <line className={styles.cursor} x1={x} x2={x} y1={0} y2={height} />}
          </svg>
          {x !== undefined && shown !== undefined && (
            <span
              className={styles.cursorTime}
              style={{ left: left + withinPlot(x, plot), top: top + height }}
              aria-hidden="true"
            >
              {timeOfDay(shown * 1000)}
            </span>
          )}
          {labelled && <MarkerLabels plot={plot} markers={markers} identities={identities} />}
          <div
            className={styles.reach}
            style={{ left, top, width, height }}
            role="slider"
            tabIndex={0}
            aria-label={`${title}: read at`}
            aria-valuemin={0}
            aria-valuemax={Math.round((span.to - span.from) / span.step)}
            aria-valuenow={Math.round(((shown ?? span.to) - span.from) / span.step)}
            aria-valuetext={reading}
            onPointerMove={onPointer}
            onPointerLeave={() => pointAt(undefined)}
            onKeyDown={onKey}
            onBlur={() => pointAt(undefined)}
          />
        </>
      )}
    </div>
  );
}

/** Where the middle of the cursor's time stands so that all of it is seen. */
function withinPlot(x: number, { width, scale }: Plot): number {
  const half = (CURSOR_TIME_WIDTH / 2) * scale;
  return Math.min(Math.max(x, half), width - half);
}

/** Where a key takes the cursor; undefined away from everywhere, null for a key that means nothing here. */
function moved(key: string, at: number, { from, to, step }: Span): number | undefined | null {
  const within = (second: number): number => Math.min(to, Math.max(from, second));
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return within(at - step);
    case 'ArrowRight':
    case 'ArrowUp':
      return within(at + step);
    case 'PageDown':
      return within(at - 10 * step);
    case 'PageUp':
      return within(at + 10 * step);
    case 'Home':
      return from;
    case 'End':
      return to;
    case 'Escape':
      return undefined;
    default:
      return null;
  }
}

interface AxesProps {
  readonly plot: Plot;
  readonly ticks: readonly AxisTick[];
  readonly window: ChartWindow;
}

const Axes = memo(function Axes({ plot, ticks, window }: AxesProps) {
  const { left, top, width, height } = plot;
  const first = window.seconds - window.step;
  return (
    <div aria-hidden="true">
      {ticks.map(({ at, words }) => {
        const y = top + Math.round((1 - at) * height);
        return (
          <div key={words}>
            <i className={styles.grid} style={{ left, top: y, width }} />
            <span className={styles.tickY} style={{ top: y, width: left - 7 * plot.scale }}>
              {words}
            </span>
          </div>
        );
      })}
      {window.ticks.map(({ age, words }) => (
        <span
          key={words}
          className={styles.tickX}
          style={{ left: left + Math.max(0, 1 - age / first) * width, top: top + height }}
        >
          {words}
        </span>
      ))}
    </div>
  );
});

function MarkerLabels({ plot, markers, identities }: Pick<PlotFrameProps, 'plot' | 'markers' | 'identities'>) {
  return (
    <div aria-hidden="true">
      {markers.map(
        (marker) =>
          marker.place && (
            <span
              key={marker.id}
              className={styles.label}
              style={{
                left: plot.left + marker.place.left,
                top: plot.top + (2 + marker.place.row * LABEL_LINE) * plot.scale,
                borderColor: markerColour(marker, identities),
              }}
            >
              {marker.label}
            </span>
          ),
      )}
    </div>
  );
}

function markerColour({ kind, origin }: Marker, identities: ReadonlyMap<string, Identity>): string {
  if (kind === 'exited' || kind === 'ejected' || kind === 'outage') return 'var(--bad)';
  const identity = origin === undefined ? undefined : identities.get(origin);
  return identity ? `var(--id-${identity.colour})` : 'var(--accent)';
}
