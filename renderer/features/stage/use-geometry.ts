import { type RefObject, useCallback, useLayoutEffect, useState } from 'react';
import type { Size } from '../../ui/use-size.ts';
import type { Entry, Geometry } from './geometry.ts';
import type { StageLayout } from './layout.ts';

/** Where the cards ended up, measured after each layout that may have moved them. */
export function useGeometry(
  stage: RefObject<HTMLElement | null>,
  layout: StageLayout,
  size: Size,
  names: readonly string[],
): { geometry: Geometry | undefined; measure: () => void } {
  const [geometry, setGeometry] = useState<Geometry>();
  const measure = useCallback(() => {
    if (stage.current) setGeometry(measureStage(stage.current));
  }, [stage]);
  const { density, columns } = layout;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the measured elements depend on all of these
  useLayoutEffect(measure, [measure, density, columns, size.width, size.height, names]);
  // Fonts that arrive late change how high a card is.
  useLayoutEffect(() => void document.fonts?.ready.then(measure), [measure]);
  return { geometry, measure };
}

function measureStage(stage: HTMLElement): Geometry | undefined {
  const origin = stage.getBoundingClientRect();
  const box = (element: Element): { left: number; right: number; top: number; bottom: number; middle: number } => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return {
      left: left - origin.left,
      right: right - origin.left,
      top: top - origin.top,
      bottom: bottom - origin.top,
      middle: (top + bottom) / 2 - origin.top,
    };
  };
  const clients = stage.querySelector('[data-node="clients"]');
  const balancer = stage.querySelector('[data-node="balancer"]');
  const frame = stage.querySelector('[data-cards]');
  if (!clients || !balancer || !frame) return undefined;
  const cards = box(frame);
  const from = box(balancer);
  const origins = new Map<string, Entry>();
  const halfGap = Number.parseFloat(getComputedStyle(frame).rowGap) / 2;
  for (const card of stage.querySelectorAll('[data-origin]')) {
    const place = box(card);
    if ((card as HTMLElement).dataset.tile !== undefined) {
      const y = Math.min(cards.bottom - 2, Math.max(cards.top + 2, place.middle));
      origins.set((card as HTMLElement).dataset.origin ?? '', { x: cards.left - 4, y, shared: true });
      continue;
    }
    // Scrolled out of sight: its requests go where it went, to the edge of the list.
    const y = Math.min(cards.bottom - 2, Math.max(cards.top + 2, place.middle));
    const behind = place.left - cards.left > 40;
    const before = card.previousElementSibling;
    const gap =
      behind && before
        ? {
            from: cards.left - 8,
            to: box(before).right + 8,
            y: Math.min(cards.bottom, Math.max(cards.top, place.top - halfGap)),
          }
        : undefined;
    const slots = y === place.middle ? slotsOf(card, box) : undefined;
    const entry = { x: place.left, y, ...(gap && { gap }), ...(slots && { slots }) };
    origins.set((card as HTMLElement).dataset.origin ?? '', entry);
  }
  return {
    clientsOut: { x: box(clients).right, y: box(clients).middle },
    balancerIn: { x: from.left, y: from.middle },
    balancerOut: { x: from.right, y: from.middle },
    origins,
  };
}

type Box = (element: Element) => { readonly left: number; readonly right: number; readonly middle: number };

function slotsOf(card: Element, box: Box): Entry['slots'] {
  const [first, second] = card.querySelectorAll('[data-slot]');
  if (!first || !second) return undefined;
  const { left, right, middle } = box(first);
  return right > left ? { x: (left + right) / 2, y: middle, pitch: box(second).left - left } : undefined;
}
