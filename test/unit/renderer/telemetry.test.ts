import { describe, expect, it, vi } from 'vitest';
import { AttemptRing } from '../../../renderer/telemetry/attempt-ring.ts';
import { Pulse } from '../../../renderer/telemetry/pulse.ts';
import { SecondSeries } from '../../../renderer/telemetry/second-series.ts';
import { Telemetry } from '../../../renderer/telemetry/telemetry.ts';
import { recentShares, requestRate } from '../../../renderer/telemetry/window.ts';
import { frameOf } from './frames.ts';

const attempt = (request: number, change: Record<string, number | string> = {}) => ({
  request,
  attempt: 1,
  last: 1,
  origin: 'A',
  client: '10.0.0.1',
  method: 'GET',
  path: `/${request}`,
  strategy: 'random',
  at: 1000 + request,
  status: 200,
  total: 12.5,
  ...change,
});

it('forgets an origin that frames no longer tell of, with its history, and keeps the others', () => {
  const telemetry = new Telemetry();
  const seconds = ['', 'A', 'B'].map((origin) => ({ second: 99, origin, started: 3 }));
  telemetry.apply(frameOf({ origins: [{ name: 'A' }, { name: 'B', started: 3 }], seconds }));
  telemetry.apply(frameOf({ origins: [{ name: 'A' }] }));
  expect([...telemetry.origins.keys()]).toEqual(['A']);
  expect(['', 'A', 'B'].map((origin) => telemetry.seconds.at(origin, 99, 'started'))).toEqual([3, 3, undefined]);
});

describe('AttemptRing', () => {
  it('keeps the newest rows and forgets the oldest', () => {
    const ring = new AttemptRing(3);
    ring.push(frameOf({ attempts: [1, 2, 3, 4, 5].map((request) => attempt(request)) }));
    expect(ring.written).toBe(3);
    ring.push(frameOf({ attempts: [attempt(6, { origin: 'B' })] }));
    expect(ring.size).toBe(3);
    expect(ring.row(0)).toBeUndefined();
    expect(ring.row(3)).toMatchObject({ request: 6, origin: 'B', path: '/6', method: 'GET', status: 200, total: 12.5 });
    expect(ring.row(4)).toBeUndefined();
  });

  it('lists requests by their last attempts, newest first', () => {
    const ring = new AttemptRing(10);
    ring.push(
      frameOf({
        attempts: [attempt(1, { last: 0, failure: 1 }), attempt(1, { attempt: 2, origin: 'B' }), attempt(2)],
      }),
    );
    expect(ring.newestRequests(5).map(({ request, origin }) => [request, origin])).toEqual([
      [2, 'A'],
      [1, 'B'],
    ]);
    expect(ring.newestRequests(1)).toHaveLength(1);
  });

  it('stays right when ever new paths make it tidy its strings', () => {
    const ring = new AttemptRing(4);
    for (let request = 1; request <= 100; request++) ring.push(frameOf({ attempts: [attempt(request)] }));
    expect(ring.newestRequests(4).map(({ path }) => path)).toEqual(['/100', '/99', '/98', '/97']);
  });

  it('takes nothing twice that a snapshot tells again, and everything of another lab', () => {
    const ring = new AttemptRing(10);
    ring.push(frameOf({ attempts: [attempt(1), attempt(2), attempt(3)] }));
    ring.push(frameOf({ snapshot: true, attempts: [2, 3, 4, 5].map((request) => attempt(request)) }));
    expect(ring.newestRequests(9).map(({ request }) => request)).toEqual([5, 4, 3, 2, 1]);
    ring.push(frameOf({ snapshot: true, attempts: [attempt(4, { at: 90_000 }), attempt(5, { at: 90_001 })] }));
    expect(ring.newestRequests(9).map(({ request }) => request)).toEqual([5, 4, 5, 4, 3, 2, 1]);
  });

  it('starts afresh when cleared', () => {
    const ring = new AttemptRing(4);
    ring.push(frameOf({ attempts: [attempt(1)] }));
    ring.clear();
    expect(ring.size).toBe(0);
    expect(ring.newestRequests(4)).toEqual([]);
  });
});

describe('SecondSeries', () => {
  it('replaces a second that comes again and ignores one that is older than what its place holds', () => {
    const series = new SecondSeries(60);
    series.push(frameOf({ seconds: [{ second: 100, origin: 'A', started: 3 }] }));
    series.push(frameOf({ seconds: [{ second: 100, origin: 'A', started: 5 }] }));
    expect(series.at('A', 100, 'started')).toBe(5);
    series.push(frameOf({ seconds: [{ second: 160, origin: 'A', started: 7 }] }));
    series.push(frameOf({ seconds: [{ second: 100, origin: 'A', started: 9 }] }));
    expect(series.at('A', 100, 'started')).toBeUndefined();
    expect(series.at('A', 160, 'started')).toBe(7);
  });

  it('sums what is known', () => {
    const series = new SecondSeries(60);
    series.push(
      frameOf({
        seconds: [
          { second: 100, origin: 'A', started: 3 },
          { second: 102, origin: 'A', started: 4 },
        ],
      }),
    );
    expect(series.sum('A', 'started', 99, 102)).toBe(7);
    expect(series.sum('B', 'started', 99, 102)).toBe(0);
  });
});

describe('Telemetry', () => {
  const seconds = (started: Record<string, number>, second: number) =>
    Object.entries(started).map(([origin, count]) => ({ second, origin, started: count, ended: count }));

  it('takes absolute values, so that a frame merged away loses nothing', () => {
    const telemetry = new Telemetry();
    telemetry.apply(frameOf({ totals: { requests: 10, inFlight: 2 }, origins: [{ name: 'A', started: 10, p95: 50 }] }));
    telemetry.apply(
      frameOf({
        totals: { requests: 40, inFlight: 1, recent: 9, p95: 70 },
        origins: [{ name: 'A', started: 40, p95: 60 }],
      }),
    );
    expect(telemetry.totals).toMatchObject({ requests: 40, inFlight: 1, recent: 9, p95: 70 });
    expect(telemetry.origins.get('A')).toMatchObject({ started: 40, p95: 60 });
  });

  it('lets a snapshot replace aggregates and keeps the log', () => {
    const telemetry = new Telemetry();
    telemetry.apply(
      frameOf({
        origins: [{ name: 'A', started: 10 }],
        seconds: seconds({ A: 5 }, 98),
        attempts: [attempt(1)],
      }),
    );
    const { epoch } = telemetry;
    telemetry.apply(frameOf({ snapshot: true, origins: [{ name: 'B', started: 1 }] }));
    expect([...telemetry.origins.keys()]).toEqual(['B']);
    expect(telemetry.seconds.at('A', 98, 'started')).toBeUndefined();
    expect(telemetry.attempts.size).toBe(1);
    expect(telemetry.epoch).toBeGreaterThan(epoch);
    telemetry.reset();
    expect(telemetry.attempts.size).toBe(0);
  });

  it('hands whole frames to those that draw by themselves', () => {
    const telemetry = new Telemetry();
    const listener = vi.fn();
    const stop = telemetry.onFrame(listener);
    const frame = frameOf({});
    telemetry.apply(frame);
    stop();
    telemetry.apply(frameOf({}));
    expect(listener.mock.calls).toEqual([[frame]]);
  });

  it('answers shares of the last ten whole seconds', () => {
    const telemetry = new Telemetry();
    const names = ['A', 'B'];
    expect(recentShares(telemetry, names).size).toBe(0);
    telemetry.apply(
      frameOf({
        now: 100_500,
        seconds: [...seconds({ A: 3, B: 1 }, 99), ...seconds({ A: 100 }, 100), ...seconds({ B: 50 }, 89)],
      }),
    );
    expect(recentShares(telemetry, names)).toEqual(
      new Map([
        ['A', 0.75],
        ['B', 0.25],
      ]),
    );
    expect(recentShares(telemetry, names)).toBe(recentShares(telemetry, names));
  });

  it('answers the rate of whole requests, not diluted by the time before the first', () => {
    const telemetry = new Telemetry();
    expect(requestRate(telemetry, 5)).toBeUndefined();
    telemetry.apply(frameOf({ now: 100_500, seconds: [...seconds({ '': 20 }, 98), ...seconds({ '': 30 }, 99)] }));
    expect(requestRate(telemetry, 5)).toBe(25);
  });
});

describe('Pulse', () => {
  it('beats at once, then at most once per interval, and never loses the last touch', () => {
    vi.useFakeTimers();
    try {
      const pulse = new Pulse(250);
      const listener = vi.fn();
      const stop = pulse.subscribe(listener);
      for (let touch = 0; touch < 10; touch++) pulse.touch();
      expect(listener).toHaveBeenCalledTimes(1);
      vi.advanceTimersByTime(249);
      expect(listener).toHaveBeenCalledTimes(1);
      vi.advanceTimersByTime(1);
      expect(listener).toHaveBeenCalledTimes(2);
      expect(pulse.version()).toBe(2);
      vi.advanceTimersByTime(1000);
      expect(listener).toHaveBeenCalledTimes(2);
      stop();
      pulse.touch();
      expect(listener).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('tells many listeners in groups, and none that has gone meanwhile', () => {
    vi.useFakeTimers();
    try {
      const pulse = new Pulse(250);
      const told: number[] = [];
      const stops = Array.from({ length: 20 }, (_, index) => pulse.subscribe(() => told.push(index)));
      pulse.touch();
      const first = told.length;
      expect(first).toBeGreaterThan(0);
      expect(first).toBeLessThan(20);
      stops[19]?.();
      vi.advanceTimersByTime(100);
      expect(told).toEqual(Array.from({ length: 19 }, (_, index) => index));
    } finally {
      vi.useRealTimers();
    }
  });
});
