import { describe, expect, it } from 'vitest';
import {
  BACK,
  DotField,
  FAILED,
  MAX_DOTS,
  OUT,
  PLAIN,
  RETRY,
  ratioWords,
  TO_BALANCER,
  TO_ORIGIN,
} from '../../../renderer/features/stage/dot-field.ts';
import { frameOf } from './frames.ts';

/** Dots leave a little after their requests. */
const DELAY = 60;
const WAY = TO_BALANCER + TO_ORIGIN;

function alive(field: DotField): { direction: number; look: number; origin: string; whole: boolean }[] {
  const dots = [];
  for (let dot = 0; dot < MAX_DOTS; dot++) {
    const direction = field.direction[dot] ?? 0;
    if (direction === 0) continue;
    dots.push({
      direction,
      look: field.look[dot] ?? 0,
      origin: field.origin[dot] ?? '',
      whole: field.whole[dot] === 1,
    });
  }
  return dots;
}

const start = (request: number, attempt = 1, origin = 'A', at = 1000) => ({ request, attempt, origin, at });
const end = (request: number, change: Record<string, number | string> = {}) => ({
  request,
  attempt: 1,
  last: 1,
  origin: 'A',
  at: 1000,
  status: 200,
  ...change,
});

describe('DotField', () => {
  it('sends a dot out, holds the answer until it arrived, and brings it back', () => {
    const field = new DotField();
    field.take(frameOf({ now: 1000, starts: [start(1)], attempts: [end(1)] }), 1000);
    expect(alive(field)).toEqual([{ direction: OUT, look: PLAIN, origin: 'A', whole: true }]);
    field.step(1000 + DELAY + WAY + 1);
    expect(alive(field)).toEqual([{ direction: BACK, look: PLAIN, origin: 'A', whole: true }]);
    field.step(1000 + DELAY + 2 * WAY + 3);
    expect(field.live).toBe(0);
  });

  it('lets a dot rest at a slow origin, where the card shows it, and brings a new one back', () => {
    const field = new DotField();
    field.take(frameOf({ now: 1000, starts: [start(1)] }), 1000);
    field.step(1000 + DELAY + WAY + 1);
    expect(field.live).toBe(0);
    field.take(frameOf({ now: 5000, attempts: [end(1)] }), 5000);
    expect(alive(field)).toEqual([{ direction: BACK, look: PLAIN, origin: 'A', whole: true }]);
  });

  it('tells failed attempts and retries apart, and turns failed ones round at the balancer', () => {
    const field = new DotField();
    field.take(frameOf({ now: 1000, starts: [start(1, 2, 'B')], attempts: [end(1, { failure: 1, last: 0 })] }), 1000);
    expect(alive(field)).toContainEqual({ direction: OUT, look: RETRY, origin: 'B', whole: false });
    expect(alive(field)).toContainEqual({ direction: BACK, look: FAILED, origin: 'A', whole: false });
  });

  it('thins out what is too much, but never a failure', () => {
    const field = new DotField();
    for (let frame = 0; frame < 60; frame++) {
      const now = 1000 + frame * 50;
      const starts = Array.from({ length: 100 }, (_, index) => start(frame * 100 + index, 1, 'A', now));
      field.take(frameOf({ now, starts, totals: { attempts: (frame + 1) * 100 } }), now);
      field.step(now);
    }
    expect(field.live).toBeLessThanOrEqual(MAX_DOTS);
    expect(field.ratio).toBeGreaterThan(5);
    const before = alive(field).filter(({ look }) => look === FAILED).length;
    field.take(frameOf({ now: 4000, attempts: [end(7, { failure: 1 }), end(11, { failure: 1 })] }), 4000);
    expect(alive(field).filter(({ look }) => look === FAILED).length).toBe(before + 2);
  });

  it('does not play what is long over', () => {
    const field = new DotField();
    field.take(frameOf({ now: 10_000, starts: [start(1, 1, 'A', 7000)] }), 10_000);
    expect(field.live).toBe(0);
  });

  it.each([
    ['the lab slept', 3_600_000],
    ['the page slept', -3_600_000],
  ])('goes on at once after %s', (_, jump) => {
    const field = new DotField();
    field.take(frameOf({ now: 10_000, starts: [start(1, 1, 'A', 10_000)] }), 5000);
    field.step(5000 + DELAY + WAY + 1);
    const [page, lab] = jump > 0 ? [6000 + jump, 11_000] : [6000, 11_000 - jump];
    field.take(frameOf({ now: lab, starts: [start(2, 1, 'A', lab)] }), page);
    expect(alive(field)).toEqual([{ direction: OUT, look: PLAIN, origin: 'A', whole: true }]);
    field.step(page + DELAY + WAY + 1);
    expect(field.live).toBe(0);
  });

  it('gives every dot back', () => {
    const field = new DotField();
    for (let round = 0; round < 20; round++) {
      const now = 1000 + round * 10_000;
      field.take(
        frameOf({ now, starts: Array.from({ length: 50 }, (_, i) => start(round * 50 + i, 1, 'A', now)) }),
        now,
      );
      field.step(now + 5000);
    }
    expect(field.live).toBe(0);
  });
});

describe('ratioWords', () => {
  it('is exact for one, and never finer than it was measured', () => {
    expect(ratioWords(1)).toBe('1 dot = 1 request');
    expect(ratioWords(1.04)).toBe('1 dot = 1 request');
    expect(ratioWords(4.8)).toBe('1 dot ≈ 5 requests');
    expect(ratioWords(123.4)).toBe('1 dot ≈ 120 requests');
  });
});
