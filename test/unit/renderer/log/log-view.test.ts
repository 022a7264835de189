import { describe, expect, it } from 'vitest';
import { LogView } from '../../../../renderer/features/log/log-view.ts';
import { AttemptRing } from '../../../../renderer/telemetry/attempt-ring.ts';
import { frameOf } from '../frames.ts';

const push = (ring: AttemptRing, ...rows: (readonly [request: number, change?: Record<string, number | string>])[]) =>
  ring.push(
    frameOf({
      attempts: rows.map(([request, change]) => ({
        request,
        attempt: 1,
        last: 1,
        origin: 'A',
        path: `/${request}`,
        status: 200,
        ...change,
      })),
    }),
  );
const shown = (view: LogView): (number | undefined)[] =>
  Array.from({ length: view.count }, (_, position) => view.row(position)?.request);

describe('LogView', () => {
  it('follows: one row per request, the overwritten ones gone', () => {
    const ring = new AttemptRing(4);
    const view = new LogView(ring);
    push(ring, [1, { last: 0, failure: 1 }], [2], [1, { attempt: 2, origin: 'B' }]);
    view.update();
    expect(shown(view)).toEqual([2, 1]);
    push(ring, [3], [4], [5]);
    view.update();
    expect(shown(view)).toEqual([1, 3, 4, 5]);
  });

  it('held, it stays as it was and counts what is new', () => {
    const ring = new AttemptRing(3);
    const view = new LogView(ring, ({ status }) => status >= 500);
    push(ring, [1, { status: 500 }], [2]);
    view.update();
    view.hold();
    for (let request = 3; request < 30; request++) push(ring, [request, { status: request % 2 ? 503 : 200 }]);
    view.update();
    expect(shown(view)).toEqual([1]);
    expect(view.row(0)?.path).toBe('/1');
    view.update();
    // Those the ring had overwritten before anybody looked cannot be counted any more.
    expect(view.fresh).toBe(2);
    view.follow();
    expect(shown(view)).toEqual([27, 29]);
    expect(view.fresh).toBe(0);
  });

  it('filters what it holds', () => {
    const ring = new AttemptRing(10);
    const view = new LogView(ring);
    push(ring, [1], [2, { origin: 'B' }]);
    view.hold();
    push(ring, [3, { origin: 'B' }], [4]);
    view.setFilter(({ origin }) => origin === 'B');
    view.update();
    expect(shown(view)).toEqual([2]);
    expect(view.fresh).toBe(1);
    expect(view.positionOf(1)).toBe(0);
    expect(view.positionOf(0)).toBe(-1);
  });

  it('starts afresh with another lab', () => {
    const ring = new AttemptRing(10);
    const view = new LogView(ring);
    push(ring, [1], [2]);
    view.hold();
    ring.clear();
    push(ring, [1]);
    view.update();
    expect(view.held).toBe(false);
    expect(shown(view)).toEqual([1]);
  });

  it('finds the attempts of a request', () => {
    const ring = new AttemptRing(10);
    push(ring, [7, { last: 0, failure: 1 }], [8], [7, { attempt: 2, origin: 'B' }]);
    const view = new LogView(ring);
    expect(view.attemptsOf(2).map(({ attempt, origin }) => [attempt, origin])).toEqual([
      [1, 'A'],
      [2, 'B'],
    ]);
    expect(ring.valuesOf('origin')).toEqual(['A', 'B']);
    expect(ring.valuesOf('status')).toEqual([200]);
  });

  it('keeps up with 20,000 rows', () => {
    const ring = new AttemptRing(20_000);
    const view = new LogView(ring);
    for (let batch = 0; batch < 150; batch++) {
      push(ring, ...Array.from({ length: 200 }, (_, index) => [batch * 200 + index] as const));
      view.update();
    }
    expect(view.count).toBe(20_000);
    expect(view.row(0)?.request).toBe(10_000);
    expect(view.row(19_999)?.request).toBe(29_999);
  });
});
