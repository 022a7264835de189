import { useMemo } from 'react';
import type { TimelineEntry } from '../../../src/protocol/state.ts';
import type { Span } from './buckets.ts';
import { type Marker, markersOf } from './markers.ts';
import type { Plot } from './plot.ts';
import { LABEL_LINE } from './plot-frame.tsx';
import { textWidth } from './text-width.ts';

const FONT_SIZE = 11;
const FONT_WEIGHT = 600;
/** Padding and border of a label, CSS pixels. */
const AROUND = 11;
/** Labels take this share of the plot's height at most. */
const MOST = 0.4;

export function useMarkers(
  timeline: readonly TimelineEntry[],
  span: Span,
  { width, height, scale }: Plot,
  labelled: boolean,
): readonly Marker[] {
  return useMemo(
    () =>
      markersOf(timeline, span, {
        width,
        rows: labelled ? Math.min(3, Math.floor((height * MOST) / (LABEL_LINE * scale))) : 0,
        measure: (label) => textWidth(label, FONT_SIZE * scale, FONT_WEIGHT) + AROUND * scale,
      }),
    [timeline, span, width, height, scale, labelled],
  );
}
