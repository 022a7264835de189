import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrivalBox,
  edgeCurves,
  type Geometry,
  originsBox,
  pathData,
  straightCurves,
  Track,
} from '../../../renderer/features/stage/geometry.ts';

const point = fc.record({ x: fc.integer({ min: 0, max: 2000 }), y: fc.integer({ min: 0, max: 1200 }) });

describe('Track', () => {
  it('begins where the edge does and ends at the card', () => {
    fc.assert(
      fc.property(point, point, (from, to) => {
        const track = new Track(straightCurves(from, to));
        expect([track.x(0), track.y(0)]).toEqual([from.x, from.y]);
        expect(track.x(1)).toBeCloseTo(to.x, 2);
        expect(track.y(1)).toBeCloseTo(to.y, 2);
      }),
    );
  });

  it('is walked at an even pace, however the edge bends', () => {
    const track = new Track(edgeCurves({ x: 100, y: 500 }, { x: 400, y: 60 }));
    const steps = Array.from({ length: 40 }, (_, step) =>
      Math.hypot(track.x((step + 1) / 40) - track.x(step / 40), track.y((step + 1) / 40) - track.y(step / 40)),
    );
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.1);
  });

  it('stays at its ends beyond them', () => {
    const track = new Track(straightCurves({ x: 0, y: 0 }, { x: 100, y: 50 }));
    expect([track.x(-3), track.y(-3)]).toEqual([track.x(0), track.y(0)]);
    expect([track.x(7), track.y(7)]).toEqual([track.x(1), track.y(1)]);
  });

  it('has a place even when it has no length', () => {
    const track = new Track(straightCurves({ x: 5, y: 6 }, { x: 5, y: 6 }));
    expect([track.x(0.5), track.y(0.5)]).toEqual([5, 6]);
  });
});

describe('edgeCurves', () => {
  it('goes through the gap between cards to one that stands behind', () => {
    const gap = { from: 300, to: 500, y: 120 };
    const track = new Track(edgeCurves({ x: 0, y: 400 }, { x: 520, y: 140, gap }));
    for (let share = 0; share <= 1; share += 0.01) {
      const x = track.x(share);
      if (x > gap.from + 10 && x < gap.to - 10) expect(track.y(share)).toBeCloseTo(gap.y, 0);
    }
  });

  it('draws one path without a break', () => {
    const gap = { from: 300, to: 500, y: 120 };
    const data = pathData(edgeCurves({ x: 0.123, y: 400 }, { x: 520, y: 140, gap }));
    expect(data.match(/M/g)).toHaveLength(1);
    expect(data.match(/C/g)).toHaveLength(3);
    expect(data).toMatch(/^M0\.1 400C/);
    expect(data).toMatch(/520 140$/);
  });
});

describe('the canvases', () => {
  const entry = fc.record({
    x: fc.integer({ min: 500, max: 900 }),
    y: fc.integer({ min: 0, max: 700 }),
    slots: fc.record({
      x: fc.integer({ min: 900, max: 1200 }),
      y: fc.integer({ min: 0, max: 700 }),
      pitch: fc.integer({ min: 8, max: 24 }),
    }),
    gap: fc.record({
      from: fc.integer({ min: 300, max: 400 }),
      to: fc.integer({ min: 400, max: 500 }),
      y: fc.integer({ min: 0, max: 700 }),
    }),
  });

  it('cover every way that a dot can take, and every slot, with room for the dot', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 8 }), (entries) => {
        const geometry: Geometry = {
          clientsOut: { x: 100, y: 310 },
          balancerIn: { x: 150, y: 320 },
          balancerOut: { x: 250, y: 320 },
          origins: new Map(entries.map((each, index) => [String(index), each])),
        };
        const inside = (box: ReturnType<typeof originsBox>, x: number, y: number): void => {
          expect(x - 7).toBeGreaterThanOrEqual(box.left);
          expect(x + 7).toBeLessThanOrEqual(box.left + box.width);
          expect(y - 7).toBeGreaterThanOrEqual(box.top);
          expect(y + 7).toBeLessThanOrEqual(box.top + box.height);
        };
        const box = originsBox(geometry, 10, 7);
        for (const each of entries) {
          const track = new Track(edgeCurves(geometry.balancerOut, each));
          for (let share = 0; share <= 1; share += 1 / 32) inside(box, track.x(share), track.y(share));
          for (const place of [0, 9]) inside(box, each.slots.x + place * each.slots.pitch, each.slots.y);
        }
        const arrival = new Track(straightCurves(geometry.clientsOut, geometry.balancerIn));
        for (const share of [0, 0.5, 1]) inside(arrivalBox(geometry, 7), arrival.x(share), arrival.y(share));
      }),
    );
  });
});
