import type { TimelineEntry } from '../../../src/protocol/state.ts';
import { WINDOW } from './share-data.ts';

export interface Marker {
  readonly id: number;
  /** Seconds since the epoch, with a fraction. */
  readonly at: number;
  readonly kind: TimelineEntry['kind'];
  readonly origin: string | undefined;
  /** Empty where it would write over another. */
  readonly label: string;
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
const MAX_MARKERS = 8;
const MAX_LABEL = 22;
/** Width of a character as a share of the chart's width, about; labels only must not touch. */
const CHARACTER = 0.0165;

/** The window's markers, newest last. A label stands to the right of its line, if the one after it leaves room. */
export function markersOf(timeline: readonly TimelineEntry[], to: number): Marker[] {
  const from = to - WINDOW + 1;
  const shown = timeline
    .filter(({ at, kind }) => SHOWN.has(kind) && at / 1000 > from && at / 1000 <= to)
    .slice(-MAX_MARKERS);
  return shown.map((entry, index) => {
    const at = entry.at / 1000;
    const text = shorten(entry);
    const next = shown[index + 1];
    const end = next ? (next.at / 1000 - from) / WINDOW : 1;
    const fits = (at - from) / WINDOW + text.length * CHARACTER <= end;
    return { id: entry.id, at, kind: entry.kind, origin: entry.origin, label: fits ? text : '' };
  });
}

/** The gist: what was chosen ("Strategy: Random"), else up to the first comma, colon or bracket; cut where still too long. */
function shorten({ kind, text }: TimelineEntry): string {
  const gist = (kind === 'strategy' || kind === 'traffic' ? text.replace(/^.*?: /, '') : text).replace(
    /\s*[,.;:(].*$/,
    '',
  );
  return gist.length <= MAX_LABEL ? gist : `${gist.slice(0, MAX_LABEL - 1).trimEnd()}…`;
}
