import { describe, expect, it } from 'vitest';
import { planOf } from '../../../renderer/features/agreement/agreement-store.ts';
import { Calm } from '../../../renderer/features/agreement/calm.ts';
import { arrivedIn, liveFigures } from '../../../renderer/features/agreement/live-figures.ts';
import { labAsItIs, lastCause, whyNotSimulated } from '../../../renderer/features/agreement/simulated-lab.ts';
import { Telemetry } from '../../../renderer/telemetry/telemetry.ts';
import { readLabText } from '../../../src/protocol/lab-file.ts';
import type { LabState, OriginState, TimelineEntry } from '../../../src/protocol/state.ts';
import { frameOf } from './frames.ts';
import { originOf, RUNNING } from './origins.ts';

const DEFINITION = readLabText(`evenkeel: 1
origins:
  - { name: A, service: { time: { constant: 5ms } } }
  - { name: B, service: { time: { constant: 5ms } } }
traffic: { open: { rate: 10/s } }
`);

const entry = (kind: TimelineEntry['kind'], at: number): TimelineEntry => ({ id: at, at, kind, text: kind });

function stateOf(change: Partial<LabState> = {}): LabState {
  const state: Partial<LabState> = {
    startedAt: 100_000,
    lab: DEFINITION,
    traffic: { paused: false, sent: 0, completed: 0, failed: 0, inFlight: 0 },
    origins: [originOf('A'), originOf('B')],
    faultScript: { running: false, done: 0 },
    timeline: [entry('lab', 100_500)],
    ...change,
  };
  return state as LabState;
}

/** Ten requests in each second `from` … `to`, six at A, each taking as many ms as the second's last digit says. */
function telemetryOf(from: number, to: number, told = 1): Telemetry {
  const telemetry = new Telemetry();
  const all = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  telemetry.apply(
    frameOf({
      now: (to + 1) * 1000 + 100,
      seconds: all.flatMap((second) => [
        { second, origin: '', started: 10, ended: 10, failed: 1 },
        { second, origin: 'A', started: 6, ended: 6 },
        { second, origin: 'B', started: 4, ended: 4 },
      ]),
      attempts: all.flatMap((second) =>
        Array.from({ length: 10 * told }, (_, request) => ({
          request: second * 10 + request,
          attempt: 1,
          last: 1,
          origin: request < 6 ? 'A' : 'B',
          at: second * 1000 + request * 90 + 5,
          waited: 5,
          total: second % 10,
          failure: request === 9 ? 1 : 0,
        })),
      ),
    }),
  );
  return telemetry;
}

describe('what was measured', () => {
  it('is of the requests that arrived in the span, and of every one of them', () => {
    const figures = liveFigures(telemetryOf(100, 130), ['A', 'B'], 111, 120);
    expect(arrivedIn(telemetryOf(100, 130), 111, 120)).toBe(100);
    expect([...figures.shares]).toEqual([
      ['A', 0.6],
      ['B', 0.4],
    ]);
    expect(figures.failed).toBe(0.1);
    // 5 ms before the attempt and 0 … 9 at the origin.
    expect(figures.latency.mean).toBeCloseTo(9.5, 6);
    expect(figures.latency.p50).toBeCloseTo(9, 1);
    expect(figures.latency.p99).toBe(14);
  });

  it('has no times where the page knows a sample only', () => {
    const figures = liveFigures(telemetryOf(100, 130, 0.5), ['A', 'B'], 111, 120);
    expect(figures.latency).toEqual({
      mean: undefined,
      p50: undefined,
      p90: undefined,
      p95: undefined,
      p99: undefined,
    });
    expect(figures.shares.get('A')).toBe(0.6);
  });
});

describe('when it is compared', () => {
  const lab = stateOf();
  it('leaves out the ten seconds after a change and the last three, and begins the simulation as early', () => {
    const plan = planOf(telemetryOf(100, 140), lab, 100_500);
    if (!('order' in plan)) throw new Error('no plan');
    // From 111 (ten after 101) to 137.
    expect(plan.order).toMatchObject({ warmup: 10_000, duration: 37_000, runs: 12 });
    expect(plan).toMatchObject({ requests: 270, late: false });
  });

  it('measures the last minute of a longer run', () => {
    const plan = planOf(telemetryOf(100, 400), lab, 100_500);
    if (!('order' in plan)) throw new Error('no plan');
    expect(plan.order).toMatchObject({ warmup: 120_000, duration: 180_000 });
    expect(plan.late).toBe(true);
  });

  it('waits for twenty seconds and says until when', () => {
    expect(planOf(telemetryOf(100, 120), lab, 100_500)).toEqual({ ready: 135_000 });
  });

  it('measures nothing of the time before the page is calm, and lets the simulation begin with the lab all the same', () => {
    expect(planOf(telemetryOf(100, 140), lab, 100_500, 125_200)).toEqual({ ready: 150_000 });
    const plan = planOf(telemetryOf(100, 150), lab, 100_500, 125_200);
    if (!('order' in plan)) throw new Error('no plan');
    // From 126 to 147; 25 s after the change.
    expect(plan.order).toMatchObject({ warmup: 25_000, duration: 47_000 });
    expect(plan.requests).toBe(220);
  });

  it('says when there are too few or too many', () => {
    const telemetry = new Telemetry();
    const seconds = Array.from({ length: 200 }, (_, index) => ({
      second: 100 + index,
      origin: '',
      started: 1,
      ended: 1,
    }));
    telemetry.apply(frameOf({ now: 300_100, seconds }));
    expect(planOf(telemetry, lab, 100_500)).toEqual({ why: 'Too few requests come for a comparison.' });
    telemetry.apply(frameOf({ now: 300_100, seconds: seconds.map((each) => ({ ...each, started: 5000 })) }));
    expect(planOf(telemetry, lab, 100_500)).toMatchObject({ why: expect.stringContaining('would slow it down') });
  });
});

describe('the page that measures', () => {
  it('is calm when it has not worked for five seconds', () => {
    const calm = new Calm(1000);
    expect(calm.since(5999)).toBeUndefined();
    expect(calm.since(6000)).toBe(1000);
    calm.disturbed(4000);
    calm.disturbed(3500);
    expect(calm.since(8999)).toBeUndefined();
    expect(calm.since(9000)).toBe(4000);
  });

  it('is taken as it is where it never gets calm', () => {
    const calm = new Calm(1000);
    for (let at = 1000; at < 60_000; at += 1000) calm.disturbed(at);
    expect(calm.since(30_999)).toBeUndefined();
    expect(calm.since(31_000)).toBe(31_000);
    expect(calm.since(60_000)).toBe(31_000);
  });
});

describe('what is simulated', () => {
  it('is the lab with what is done to its origins now', () => {
    const faulty = (name: string, change: Partial<OriginState['process']>): OriginState =>
      originOf(name, { process: { ...RUNNING, ...change } as OriginState['process'] });
    const origins = [
      faulty('A', { faults: { slow: 10, errors: 0.5, hang: false, reset: true } }),
      faulty('B', { status: 'exited' }),
      faulty('C', { status: 'frozen', faults: { ...RUNNING.faults, hang: true } }),
      originOf('D', { status: 'drained' }),
    ];
    expect(labAsItIs(stateOf({ origins })).faults).toEqual([
      { at: 0, origin: 'A', do: 'slow', factor: 10 },
      { at: 0, origin: 'A', do: 'errors', share: 0.5 },
      { at: 0, origin: 'A', do: 'reset' },
      { at: 0, origin: 'B', do: 'kill' },
      { at: 0, origin: 'C', do: 'hang' },
      { at: 0, origin: 'C', do: 'freeze' },
      { at: 0, origin: 'D', do: 'drain' },
    ]);
    expect(labAsItIs(stateOf()).faults).toEqual([]);
  });

  it('begins anew with what somebody did, not with what followed from it', () => {
    const timeline = [
      entry('lab', 100),
      entry('fault', 200),
      entry('noticed', 300),
      entry('ejected', 310),
      entry('marker', 400),
    ];
    expect(lastCause(stateOf({ timeline }))).toBe(200);
    expect(lastCause(stateOf({ timeline: [] }))).toBe(100_000);
  });

  it('is nothing where nobody could know', () => {
    expect(whyNotSimulated(stateOf())).toBeUndefined();
    const traffic = { ...stateOf().traffic, paused: true };
    expect(whyNotSimulated(stateOf({ traffic }))).toBe('The traffic is paused.');
    const foreign = { ...DEFINITION, origins: [{ name: 'F', url: 'http://127.0.0.1:9', weight: 1 }] };
    expect(whyNotSimulated(stateOf({ origins: [] }))).toBe('The lab has no origins.');
    expect(whyNotSimulated(stateOf({ lab: foreign }))).toMatch(/Nobody can simulate F/);
    expect(whyNotSimulated(stateOf({ lab: { ...DEFINITION, traffic: { paths: ['/'], off: true } } }))).toMatch(
      /no requests/,
    );
    const script = { lab: { ...DEFINITION, faults: [{ at: 5, origin: 'A', do: 'kill' } as const] } };
    expect(whyNotSimulated(stateOf({ ...script, faultScript: { running: true, done: 0 } }))).toMatch(/script/);
    expect(whyNotSimulated(stateOf({ ...script, faultScript: { running: true, done: 1 } }))).toBeUndefined();
  });
});
