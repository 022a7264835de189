import { useMemo, useRef } from 'react';
import { useUi } from '../../app/context.ts';
import { rem, type Size, useSize } from '../../ui/use-size.ts';

/** What both charts share, so that their time axes stand below one another exactly alike. */
export interface Plot {
  readonly frame: React.RefObject<HTMLDivElement | null>;
  readonly size: Size;
  /** 1, more when projected: Recharts measures in pixels. */
  readonly scale: number;
  readonly margin: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number };
  readonly axisWidth: number;
  readonly axisHeight: number;
  readonly lineWidth: number;
}

export function usePlot(): Plot {
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const projector = useUi((ui) => ui.settings.projector);
  return useMemo(() => {
    const scale = rem() / 16;
    return {
      frame,
      size,
      scale,
      margin: { top: 8 * scale, right: 80 * scale, bottom: 2 * scale, left: 4 * scale },
      axisWidth: 34 * scale,
      axisHeight: 20 * scale,
      lineWidth: projector ? 3.5 : 2,
    };
  }, [size, projector]);
}

/** CSS pixels from the top of the frame of a value at `share` (0 bottom, 1 top) of the plot's height. */
export function plotY({ size, margin, axisHeight }: Plot, share: number): number {
  const height = size.height - margin.top - margin.bottom - axisHeight;
  return margin.top + height * (1 - share);
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
