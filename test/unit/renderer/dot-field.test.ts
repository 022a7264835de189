import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AT,
  BACK,
  DotField,
  FAILED,
  MAX_DOTS,
  OUT,
  PLACES,
  PLAIN,
  RETRY,
  TO_BALANCER,
  TO_ORIGIN,
} from '../../../renderer/features/stage/dot-field.ts';
import { ratioWords, Thinning } from '../../../renderer/features/stage/thinning.ts';
import { isSampled } from '../../../src/protocol/sampling.ts';
import { frameOf } from './frames.ts';

/** Dots leave a little after their requests. */
const DELAY = 60;
/** ms that even the quickest request is seen at its origin. */
const STAY = 200;
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
  it('sends a dot out, lets it be seen at its origin, and brings it back', () => {
    const field = new DotField();
    field.take(frameOf({ now: 1000, starts: [start(1)], attempts: [end(1)] }), 1000);
    expect(alive(field)).toEqual([{ direction: OUT, look: PLAIN, origin: 'A', whole: true }]);
    field.step(1000 + DELAY + WAY + 1);
    expect(alive(field)).toEqual([{ direction: AT, look: PLAIN, origin: 'A', whole: true }]);
    field.step(1000 + DELAY + WAY + STAY + 2);
    expect(alive(field)).toEqual([{ direction: BACK, look: PLAIN, origin: 'A', whole: true }]);
    field.step(1000 + DELAY + 2 * WAY + STAY + 3);
    expect(field.live).toBe(0);
  });

  it('keeps a dot in its place for as long as its request was there; those behind it move up', () => {
    const field = new DotField();
    const attempts = [end(1, { total: 3000 }), end(2, { total: 4000 })];
    field.take(frameOf({ now: 1000, starts: [start(1), start(2)], attempts }), 1000);
    const arrived = 1000 + DELAY + WAY + 1;
    field.step(arrived);
    const places = () => [...field.place].filter((_, dot) => field.direction[dot] === AT);
    expect(places().sort()).toEqual([0, 1]);
    field.step(arrived + 2999);
    expect(places().sort()).toEqual([0, 1]);
    field.step(arrived + 3000);
    expect(places()).toEqual([0]);
  });

  it('has places for so many at one origin; who finds none comes back as a new dot', () => {
    const field = new DotField();
    field.take(frameOf({ now: 1000, starts: Array.from({ length: 30 }, (_, i) => start(i + 1)) }), 1000);
    field.step(1000 + DELAY + WAY + 1);
    expect(field.live).toBe(PLACES);
    field.take(frameOf({ now: 3000, origins: [{ name: 'A', inFlight: 29 }], attempts: [end(30)] }), 3000);
    expect(alive(field).filter(({ direction }) => direction === BACK)).toHaveLength(1);
    expect(field.live).toBe(PLACES + 1);
  });

  it('lets go of a dot whose answer the sampling left out', () => {
    const field = new DotField();
    field.take(frameOf({ now: 1000, starts: [start(1), start(2)] }), 1000);
    field.step(1000 + DELAY + WAY + 1);
    field.take(frameOf({ now: 5000, origins: [{ name: 'A', inFlight: 1 }] }), 5000);
    expect(field.live).toBe(1);
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
    field.take(frameOf({ now: 10_000 }), 5000);
    const [page, lab] = jump > 0 ? [6000 + jump, 11_000] : [6000, 11_000 - jump];
    field.take(frameOf({ now: lab, starts: [start(2, 1, 'A', lab)] }), page);
    expect(alive(field)).toEqual([{ direction: OUT, look: PLAIN, origin: 'A', whole: true }]);
    field.step(page + DELAY + WAY + 1);
    expect(alive(field)).toEqual([{ direction: AT, look: PLAIN, origin: 'A', whole: true }]);
  });

  it('lets a retry leave when the failure before it is back at the balancer, not before', () => {
    const field = new DotField();
    field.take(
      frameOf({
        now: 1000,
        starts: [start(1, 1, 'B'), start(1, 2, 'A', 1002)],
        attempts: [end(1, { origin: 'B', failure: 1, last: 0 }), end(1, { attempt: 2 })],
      }),
      1000,
    );
    const retry = field.look.indexOf(RETRY);
    expect(field.born[retry]).toBe(1000 + DELAY + WAY + TO_ORIGIN);
    field.step(1000 + DELAY + WAY + 1);
    expect(alive(field)).toContainEqual({ direction: BACK, look: FAILED, origin: 'B', whole: false });
    expect(alive(field)).toContainEqual({ direction: OUT, look: RETRY, origin: 'A', whole: false });
  });

  it('starts from a snapshot without what was under way before it', () => {
    const field = new DotField();
    field.take(frameOf({ now: 1000, starts: [start(1), start(2)] }), 1000);
    field.take(frameOf({ now: 1100, snapshot: true, starts: [start(2)], attempts: [end(1), end(3)] }), 1100);
    expect(field.live).toBe(1);
  });

  it('shows an attempt once, however often it is told of it', () => {
    const field = new DotField();
    const frame = frameOf({ now: 1000, starts: [start(1)], attempts: [end(1), end(2, { failure: 1 })] });
    field.take(frame, 1000);
    field.take(frame, 1040);
    expect(field.live).toBe(2);
  });

  it('always shows a failure and never more dots than it may, when everything else is full of them', () => {
    const field = new DotField();
    field.take(frameOf({ now: 1000, starts: Array.from({ length: 400 }, (_, i) => start(i)) }), 1000);
    for (let request = 1000; request < 1000 + MAX_DOTS; request += 40) {
      const attempts = Array.from({ length: 40 }, (_, index) => end(request + index, { failure: 1 }));
      field.take(frameOf({ now: 1010, attempts }), 1010);
    }
    expect(alive(field).filter(({ look }) => look === FAILED)).toHaveLength(MAX_DOTS);
    field.take(frameOf({ now: 1020, attempts: [end(5000, { failure: 1 })] }), 1020);
    expect([...field.born].filter((born) => born === 1020)).toHaveLength(1);
    expect(field.live).toBe(MAX_DOTS);
  });

  it('holds at most 400 dots and lets all of them go, however both clocks jump', () => {
    const moment = fc.record({
      page: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(3_600_000, 5000)),
      lab: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(3_600_000, -3_600_000, 400, -400)),
      starts: fc.integer({ min: 0, max: 120 }),
      failed: fc.integer({ min: 0, max: 40 }),
      snapshot: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 40 }), (moments) => {
        const field = new DotField();
        let [page, lab, request] = [1000, 10_000_000, 1];
        for (const { page: forth, lab: jump, starts, failed, snapshot } of moments) {
          page += forth;
          lab += jump;
          const first = request;
          request += starts + failed;
          const rows = Array.from({ length: starts }, (_, i) => start(first + i, 1 + (i % 2), 'A', lab));
          const attempts = Array.from({ length: failed }, (_, i) => end(first + starts + i, { failure: 1 }));
          field.take(frameOf({ now: lab, snapshot, starts: rows, attempts }), page);
          expect(field.live).toBeLessThanOrEqual(MAX_DOTS);
          expect(alive(field)).toHaveLength(field.live);
          if (!snapshot) expect([...field.born].filter((born) => born === page).length).toBeGreaterThanOrEqual(failed);
          field.step(page);
        }
        field.step(page + 10 * WAY);
        field.take(frameOf({ now: lab }), page + 20 * WAY);
        field.step(page + 30 * WAY);
        expect(field.live).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('gives every dot back', () => {
    const field = new DotField();
    for (let round = 0; round < 20; round++) {
      const now = 1000 + round * 10_000;
      const starts = Array.from({ length: 50 }, (_, i) => start(round * 50 + i, 1, 'A', now));
      const attempts = starts.map(({ request }) => end(request));
      field.take(frameOf({ now, starts, attempts }), now);
      for (const later of [1000, 2000, 4000]) field.step(now + later);
    }
    expect(field.live).toBe(0);
  });
});

describe('how many requests a dot stands for', () => {
  /** 20 frames a second for so many seconds, each of `rows` attempts that are told of singly, out of `sampling` times as many. */
  function ratios(seconds: number, sampling: number, rows: number, pool: number): Set<number> {
    const thinning = new Thinning(2000, 300);
    const seen = new Set<number>();
    for (let frame = 0; frame < seconds * 20; frame++) {
      const now = 1000 + frame * 50;
      const starts = Array.from({ length: rows }, (_, index) => start(frame * rows + index));
      thinning.take(frameOf({ now, sampling, starts, totals: { attempts: frame * rows * sampling } }), now);
      const drawn = starts.filter(({ request }) => isSampled(request, thinning.stride, 1));
      for (const _ of drawn.slice(0, pool)) thinning.drew();
      if (frame > 120) seen.add(thinning.ratio);
    }
    return seen;
  }

  it('is a number that stands still, though which of them are drawn is chance', () => {
    expect([...ratios(30, 1, 10, 300)]).toEqual([2]);
    expect([...ratios(30, 2, 50, 300)]).toEqual([20]);
    expect([...ratios(10, 1, 5, 300)]).toEqual([1]);
  });

  it('is of all that went by where the sampling changed meanwhile', () => {
    const thinning = new Thinning(2000, 300);
    let attempts = 0;
    for (let frame = 0; frame < 200; frame++) {
      const sampling = frame % 2 === 0 ? 2 : 10;
      attempts += 20;
      const totals = { attempts };
      thinning.take(frameOf({ now: 1000 + frame * 50, sampling, totals }), 1000 + frame * 50);
      for (let dot = 0; dot < 20 / sampling; dot++) thinning.drew();
    }
    expect(thinning.ratio).toBeCloseTo(40 / 12, 1);
  });

  it('says what the next one stands for where nothing was to be shown', () => {
    const thinning = new Thinning(1000, 1000);
    const take = (now: number, sampling: number, attempts: number): void =>
      thinning.take(frameOf({ now, sampling, totals: { attempts } }), now);
    take(1000, 20, 0);
    take(2000, 20, 400);
    for (let dot = 0; dot < 20; dot++) thinning.drew();
    take(3100, 20, 400);
    expect(thinning.ratio).toBe(20);
    take(5200, 1, 400);
    expect(thinning.ratio).toBe(1);
  });

  it('begins anew with a snapshot: what came before was another lab, or another clock', () => {
    const thinning = new Thinning(2000, 300);
    for (let frame = 0; frame < 100; frame++) {
      const totals = { attempts: frame * 1000 };
      thinning.take(frameOf({ now: 1000 + frame * 50, sampling: 20, totals }), 1000 + frame * 50);
      for (let dot = 0; dot < 50; dot++) thinning.drew();
    }
    expect(thinning.ratio).toBe(20);
    thinning.take(frameOf({ now: 9000, snapshot: true, sampling: 1, totals: { attempts: 40 } }), 9000);
    expect(thinning.ratio).toBe(1);
  });

  it('is what was measured where there were too few dots', () => {
    for (const ratio of ratios(10, 1, 5, 4)) expect(ratio).toBeCloseTo(1.25, 1);
    for (const ratio of ratios(10, 1, 10, 1)) expect(ratio).toBeGreaterThan(2 * 1.4);
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
