import type { TimelineEntry } from '../../../src/protocol/state.ts';
import { WINDOW } from './share-data.ts';

export interface Marker {
  readonly id: number;
  /** Seconds since the epoch, with a fraction. */
  readonly at: number;
  readonly kind: TimelineEntry['kind'];
  readonly origin: string | undefined;
  readonly label: string;
  /** Which line of text from the top it is written on; undefined where every line is taken. */
  readonly row: number | undefined;
  /** Whether the label stands to the left of its line, because there is no room to the right. */
  readonly before: boolean;
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
const MAX_MARKERS = 8;
const MAX_LABEL = 22;
/** Width of a character as a share of the chart's width, about; labels only must not touch. */
const CHARACTER = 0.018;
const ROWS = 3;

/** The window's markers, newest last, with labels on as many lines as it takes to write them without touching. */
export function markersOf(timeline: readonly TimelineEntry[], to: number): Marker[] {
  const from = to - WINDOW + 1;
  const shown = timeline.filter(({ at, kind }) => SHOWN.has(kind) && at / 1000 > from && at / 1000 <= to);
  const taken: { readonly row: number; readonly left: number; readonly right: number }[] = [];
  // The newest is the one people just caused: it gets the first line.
  const markers = shown
    .slice(-MAX_MARKERS)
    .toReversed()
    .map((entry): Marker => {
      const label = shorten(entry);
      const at = (entry.at / 1000 - from) / (WINDOW - 1);
      const width = label.length * CHARACTER;
      const before = at + width > 1;
      const left = before ? at - width : at;
      const right = left + width;
      let row: number | undefined = 0;
      while (row < ROWS && taken.some((other) => other.row === row && other.left < right && other.right > left)) row++;
      if (row === ROWS || !NAMED.has(entry.kind)) row = undefined;
      else taken.push({ row, left, right });
      return { id: entry.id, at: entry.at / 1000, kind: entry.kind, origin: entry.origin, label, row, before };
    });
  return markers.toReversed();
}

/** The gist: what was chosen ("Strategy: Random"), else up to the first comma, colon or bracket; cut where still too long. */
function shorten({ kind, text }: TimelineEntry): string {
  const gist = (kind === 'strategy' ? text.replace(/^.*?: /, '') : text).replace(/\s*([,;:(]|\.( |$)).*$/, '');
  return gist.length <= MAX_LABEL ? gist : `${gist.slice(0, MAX_LABEL - 1).trimEnd()}…`;
}
