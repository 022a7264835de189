import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AttemptRing } from '../../../renderer/telemetry/attempt-ring.ts';
import { Pulse } from '../../../renderer/telemetry/pulse.ts';
import { SecondSeries } from '../../../renderer/telemetry/second-series.ts';
import { Telemetry } from '../../../renderer/telemetry/telemetry.ts';
import { recentShares, requestRate } from '../../../renderer/telemetry/window.ts';
import { GONE } from '../../../src/protocol/series.ts';
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

it('forgets an origin that frames no longer tell of, and counts what it did among those that have left', () => {
  const telemetry = new Telemetry();
  const seconds = ['', 'A', 'B'].map((origin) => ({ second: 99, origin, started: 3 }));
  telemetry.apply(frameOf({ origins: [{ name: 'A' }, { name: 'B', started: 3 }], seconds }));
  telemetry.apply(frameOf({ origins: [{ name: 'A' }] }));
  expect([...telemetry.origins.keys()]).toEqual(['A']);
  expect(['', 'A', 'B'].map((origin) => telemetry.seconds.at(origin, 99, 'started'))).toEqual([3, 3, undefined]);
  telemetry.apply(
    frameOf({ origins: [{ name: 'A' }, { name: 'C' }], seconds: [{ second: 99, origin: 'C', started: 4 }] }),
  );
  telemetry.apply(frameOf({ origins: [{ name: 'A' }] }));
  expect(telemetry.seconds.othersThan(['A'])).toEqual([GONE]);
  expect(telemetry.seconds.at(GONE, 99, 'started')).toBe(7);
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

/** A pulse whose listeners take as long as `cost` says (ms), and time that goes on by as much as it is told to. */
function pulseWith(listeners: number, cost: () => number) {
  let clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  const pulse = new Pulse(250);
  /** Per task, who was told in it. */
  const tasks: number[][] = [];
  const stops = Array.from({ length: listeners }, (_, index) =>
    pulse.subscribe(() => {
      if (tasks.at(-1)?.length === 0) queueMicrotask(() => tasks.push([]));
      tasks.at(-1)?.push(index);
      clock += cost();
    }),
  );
  tasks.push([]);
  return {
    pulse,
    stops,
    tasks: () => tasks.filter((task) => task.length > 0),
    pass: async (ms: number) => {
      for (let passed = 0; passed < ms; passed++) {
        clock++;
        await vi.advanceTimersByTimeAsync(1);
      }
    },
  };
}

describe('Pulse', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('beats at once, then at most once per interval, and never loses the last touch', async () => {
    const { pulse, stops, tasks, pass } = pulseWith(1, () => 0);
    for (let touch = 0; touch < 10; touch++) pulse.touch();
    expect(tasks()).toHaveLength(1);
    await pass(249);
    expect(tasks()).toHaveLength(1);
    await pass(1);
    expect(tasks()).toHaveLength(2);
    expect(pulse.version()).toBe(2);
    await pass(1000);
    expect(tasks()).toHaveLength(2);
    stops[0]?.();
    pulse.touch();
    expect(tasks()).toHaveLength(2);
  });

  it('tells many listeners a few per task, each once, and none that has gone meanwhile', async () => {
    const { pulse, stops, tasks, pass } = pulseWith(20, () => 0);
    pulse.touch();
    expect(tasks()).toEqual([[0, 1, 2, 3]]);
    stops[19]?.();
    await pass(100);
    expect(tasks().every((task) => task.length <= 4)).toBe(true);
    expect(tasks().flat()).toEqual(Array.from({ length: 19 }, (_, index) => index));
  });

  it('beats again for what came while it told', async () => {
    const { pulse, tasks, pass } = pulseWith(8, () => 0);
    pulse.touch();
    pulse.touch();
    await pass(1000);
    expect(pulse.version()).toBe(2);
    expect(tasks().flat()).toHaveLength(16);
  });

  it('beats less often while the page has to wait for a processor, and recovers', async () => {
    let cost = 20;
    const { pulse, pass } = pulseWith(8, () => cost);
    const beats = async (ms: number): Promise<number> => {
      const before = pulse.version();
      for (let passed = 0; passed < ms; passed += 10) {
        pulse.touch();
        await pass(10);
      }
      return pulse.version() - before;
    };
    await beats(4000);
    // Listeners take 160 ms of each beat, and no more than a quarter of the time.
    const slow = await beats(6400);
    expect(slow).toBeGreaterThanOrEqual(8);
    expect(slow).toBeLessThanOrEqual(14);
    // Not even for a machine that slept meanwhile it stops.
    cost = 3_600_000;
    await beats(10);
    cost = 0;
    await beats(2000);
    expect(await beats(2500)).toBeGreaterThanOrEqual(9);
  });
});
