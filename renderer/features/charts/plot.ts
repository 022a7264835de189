import { type RefCallback, useMemo } from 'react';
import { useUi } from '../../app/context.ts';
import { useOriginNames } from '../../app/use-identities.ts';
import { rem, type Size, useSize } from '../../ui/use-size.ts';

/** What both charts share, so that their time axes stand below one another exactly alike. CSS pixels. */
export interface Plot {
  readonly frame: RefCallback<Element>;
  /** The rectangle in which data is drawn, within the frame; without extent before the first layout. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Room to the right of it, for the names at the ends of lines. */
  readonly right: number;
  /** 1, more when projected: everything here is measured in pixels. */
  readonly scale: number;
  readonly lineWidth: number;
}

export function usePlot(): Plot {
  const names = useOriginNames();
  const [frame, size] = useSize();
  const projector = useUi((ui) => ui.settings.projector);
  const longest = names.reduce((most, { length }) => Math.max(most, length), 0);
  return useMemo(
    () => ({ frame, ...plotIn(size, rem() / 16, longest), lineWidth: projector ? 3.5 : 2 }),
    [frame, size, projector, longest],
  );
}

/** CSS pixels at scale 1: room at the right for names of up to four letters, for each more, and at most. */
const RIGHT = { short: 90, letter: 7, most: 150 };

/** @param longest letters of the longest name at the right */
export function plotIn({ width, height }: Size, scale: number, longest: number): Omit<Plot, 'frame' | 'lineWidth'> {
  const left = 36 * scale;
  const wanted = RIGHT.short + Math.max(0, longest - 4) * RIGHT.letter;
  const right = Math.round(Math.min(wanted * scale, RIGHT.most * scale, Math.max(RIGHT.short * scale, width / 3)));
  const top = 6 * scale;
  return {
    left,
    right,
    top,
    width: Math.max(0, Math.round(width - left - right)),
    height: Math.max(0, Math.round(height - top - 20 * scale)),
    scale,
  };
}

/** Moves labels that would touch apart, keeping their order; positions from the top, in any unit. */
export function spread(wanted: readonly number[], distance: number, limit: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed = [...wanted];
  let floor = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    placed[index] = Math.max(wanted[index] ?? 0, floor);
    floor = (placed[index] ?? 0) + distance;
  }
  let ceiling = limit;
  for (const index of order.toReversed()) {
    placed[index] = Math.min(placed[index] ?? 0, ceiling);
    ceiling = (placed[index] ?? 0) - distance;
  }
  return placed;
}
