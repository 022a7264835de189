/** How far the charts look back. */
export type WindowName = '10 s' | '1 min' | '5 min';

export interface ChartWindow {
  readonly name: WindowName;
  readonly seconds: number;
  /** Seconds that one point stands for, so that there are never more than 120. */
  readonly step: number;
  /** How long ago (s) the labelled moments of the time axis are, and what they are called. */
  readonly ticks: readonly { readonly age: number; readonly words: string }[];
}

const NOW = { age: 0, words: 'now' };

export const WINDOWS: Readonly<Record<WindowName, ChartWindow>> = {
  '10 s': { name: '10 s', seconds: 10, step: 1, ticks: [{ age: 10, words: '−10 s' }, { age: 5, words: '−5' }, NOW] },
  '1 min': {
    name: '1 min',
    seconds: 60,
    step: 1,
    ticks: [{ age: 60, words: '−60 s' }, ...[45, 30, 15].map((age) => ({ age, words: `−${age}` })), NOW],
  },
  '5 min': {
    name: '5 min',
    seconds: 300,
    step: 3,
    ticks: [{ age: 300, words: '−5 min' }, ...[4, 3, 2, 1].map((age) => ({ age: age * 60, words: `−${age}` })), NOW],
  },
};

/** The points of a chart: each stands for `step` seconds from its own on. */
export interface Span {
  /** First seconds (since the epoch) of the first and of the last point. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/**
 * The points that end with the last whole one. Their borders are multiples of the step on the clock, so that what a point stands
 * for never changes and a chart only ever moves on.
 * @param lastSecond the last second that is over
 */
export function spanOf({ seconds, step }: ChartWindow, lastSecond: number): Span {
  const to = Math.floor((lastSecond + 1) / step) * step - step;
  return { from: to - seconds + step, to, step };
}

export function pointsOf({ from, to, step }: Span): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step);
}

/** Where a moment (s since the epoch) is between the first point (0) and the last (1). */
export function shareOfSpan(second: number, { from, to }: Span): number {
  return to === from ? 1 : (second - from) / (to - from);
}

/** The point nearest to a place between 0 and 1. */
export function nearestPoint(share: number, { from, to, step }: Span): number {
  const index = Math.round((Math.min(1, Math.max(0, share)) * (to - from)) / step);
  return from + index * step;
}

/**
 * Where each point is drawn (0–1 of the span): at its own place; one with nothing known on either side over half a step to both
 * sides, as a line or band needs two places to be seen.
 */
export function placesOf<Row extends { readonly second: number }>(
  rows: readonly Row[],
  span: Span,
  isKnown: (row: Row) => boolean,
): readonly { readonly row: Row; readonly at: number }[] {
  const half = span.to === span.from ? 0 : span.step / 2 / (span.to - span.from);
  const known = rows.map(isKnown);
  return rows.flatMap((row, index) => {
    const at = shareOfSpan(row.second, span);
    const alone = known[index] && !known[index - 1] && !known[index + 1];
    return alone
      ? [
          { row, at: Math.max(0, at - half) },
          { row, at: Math.min(1, at + half) },
        ]
      : [{ row, at }];
  });
}
