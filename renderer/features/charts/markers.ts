import type { TimelineEntry } from '../../../src/protocol/state.ts';
import { type Span, shareOfSpan } from './buckets.ts';

export interface Marker {
  readonly id: number;
  readonly kind: TimelineEntry['kind'];
  readonly origin: string | undefined;
  /** CSS pixels from the left edge of the plot. */
  readonly x: number;
  readonly label: string;
  /** Where its label is written: which line of text from the top, and from where; undefined where there is no room. */
  readonly place: { readonly row: number; readonly left: number } | undefined;
}

interface MarkerRoom {
  /** CSS pixels. */
  readonly width: number;
  /** How many lines of labels there may be. */
  readonly rows: number;
  /** Width of a label in CSS pixels, its padding included. */
  readonly measure: (label: string) => number;
}

/** What changes how requests are spread, and so belongs on a chart. */
const SHOWN: ReadonlySet<TimelineEntry['kind']> = new Set([
  'strategy',
  'fault',
  'exited',
  'ejected',
  'returned',
  'outage',
  'marker',
  'added',
  'removed',
  'traffic',
]);
/** What people did is also named; what came of it is in the list of events. */
const NAMED: ReadonlySet<TimelineEntry['kind']> = new Set(['strategy', 'fault', 'exited', 'outage', 'marker']);
const MAX_MARKERS = 30;
/** CSS pixels between a line and its label, and between two labels. */
const GAP = 3;

/** The span's markers, newest last, with as many labels as can be written without one touching another. */
export function markersOf(
  timeline: readonly TimelineEntry[],
  span: Span,
  { width, rows, measure }: MarkerRoom,
): Marker[] {
  const shown = timeline.filter(
    ({ at, kind }) => SHOWN.has(kind) && at / 1000 >= span.from && at / 1000 <= span.to + span.step,
  );
  const taken: { readonly row: number; readonly left: number; readonly right: number }[] = [];
  // The newest is the one people just caused: it gets the first line.
  const markers = shown
    .slice(-MAX_MARKERS)
    .toReversed()
    .map((entry): Marker => {
      const label = entry.label ?? entry.text;
      const x = Math.min(1, shareOfSpan(entry.at / 1000, span)) * width;
      const place = NAMED.has(entry.kind) ? placeFor(x, measure(label)) : undefined;
      return { id: entry.id, kind: entry.kind, origin: entry.origin, x, label, place };
    });
  return markers.toReversed();

  function placeFor(x: number, length: number): Marker['place'] {
    if (length > width) return undefined;
    const after = x + GAP;
    const left = after + length <= width ? after : Math.max(0, x - GAP - length);
    const right = left + length;
    for (let row = 0; row < rows; row++) {
      if (taken.some((other) => other.row === row && other.left < right + GAP && other.right + GAP > left)) continue;
      taken.push({ row, left, right });
      return { row, left };
    }
    return undefined;
  }
}
