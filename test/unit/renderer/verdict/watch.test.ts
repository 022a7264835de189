import { describe, expect, it } from 'vitest';
import { situationOf, VerdictWatch } from '../../../../renderer/features/verdict/watch.ts';
import { Telemetry } from '../../../../renderer/telemetry/telemetry.ts';
import { STUB_STATE } from '../../../support/stub-lab.ts';
import { frameOf } from '../frames.ts';
import { originOf, RUNNING } from '../origins.ts';

const lab = { ...STUB_STATE, origins: [originOf('A'), originOf('B')] };

/** Seconds 80 … 100 with ten requests each, three of four to A, all of B's failing. */
function telemetry(): Telemetry {
  const telemetry = new Telemetry();
  const seconds = Array.from({ length: 21 }, (_, index) => 80 + index).flatMap((second) => [
    { second, origin: '', started: 8, ended: 8, failed: 2 },
    { second, origin: 'A', started: 6, ended: 6 },
    { second, origin: 'B', started: 2, ended: 2, failed: 2 },
  ]);
  const origins = [
    { name: 'A', recent: 60, p50: 40, inFlight: 3 },
    { name: 'B', recent: 20, p50: 80, inFlight: 1 },
  ];
  telemetry.apply(frameOf({ now: 101_500, seconds, origins }));
  return telemetry;
}
const known = { expected: undefined, growth: new Map([['A', 2]]), changedAt: 0 };

describe('situationOf', () => {
  it('counts the last ten whole seconds', () => {
    const { origins, requests, seconds } = situationOf(telemetry(), lab, known);
    expect(seconds).toBe(10);
    expect(requests).toEqual({ started: 80, ended: 80, failed: 20, retries: 0 });
    expect(origins[0]).toMatchObject({ started: 60, failed: 0, share: 0.75, fair: 0.5, growth: 2, p50: 40 });
    expect(origins[1]).toMatchObject({ started: 20, failed: 20, share: 0.25, inFlight: 1, p50: 80 });
  });

  it('leaves out what was before the lab last changed', () => {
    const { origins, requests, lastTen, seconds } = situationOf(telemetry(), lab, { ...known, changedAt: 95_100 });
    expect(seconds).toBe(5);
    expect(requests.ended).toBe(40);
    expect(lastTen.ended).toBe(80);
    expect(origins[0]).toMatchObject({ share: 0.75, p50: undefined });
  });

  it('knows no share and no percentile of too few', () => {
    const { origins, seconds } = situationOf(telemetry(), lab, { ...known, changedAt: 98_100 });
    expect(seconds).toBe(2);
    expect(origins[1]).toMatchObject({ started: 4, share: undefined });
    expect(situationOf(telemetry(), lab, { ...known, changedAt: 101_400 }).seconds).toBe(0);
  });

  it('takes weights for what is fair, of those that are available', () => {
    const origins = [originOf('A', { weight: 9 }), originOf('B'), originOf('C', { weight: 5, available: false })];
    const { origins: views } = situationOf(telemetry(), { ...lab, origins }, known);
    expect(views.map(({ fair }) => fair)).toEqual([0.9, 0.1, 0]);
  });

  it('takes a priority for fair as a whole: its part of the load, shared out by weight', () => {
    const origins = [
      originOf('A', { levelLoad: 0.7, weight: 3 }),
      originOf('B', { levelLoad: 0.7 }),
      originOf('C', { levelLoad: 0.3, definition: { ...originOf('C').definition, priority: 1 } }),
      originOf('D', { levelLoad: 0, definition: { ...originOf('D').definition, backup: true } }),
    ];
    const { origins: views } = situationOf(telemetry(), { ...lab, origins }, known);
    expect(views.map(({ fair }) => Math.round(fair * 1000) / 1000)).toEqual([0.525, 0.175, 0.3, 0]);
  });
});

describe('VerdictWatch', () => {
  const deadB = originOf('B', { process: { ...RUNNING, status: 'exited' } });

  it('starts counting anew when something is done, and not when figures move', () => {
    const watch = new VerdictWatch();
    const page = telemetry();
    const serving = { ...RUNNING, received: 9, serving: 2 };
    const busier = { ...lab, origins: [originOf('A', { process: serving }), originOf('B')] };
    expect(watch.look(page, lab, undefined).situation.seconds).toBe(10);
    page.apply(frameOf({ now: 103_500 }));
    expect(watch.look(page, busier, undefined).situation.seconds).toBe(10);
    const dead = { ...busier, origins: [originOf('A'), deadB] };
    const { situation, verdict } = watch.look(page, dead, undefined);
    expect(situation.seconds).toBe(0);
    expect(verdict?.news).toBe('B is dead, and the balancer has not noticed yet.');
  });

  it('knows from the events what changed before it looked', () => {
    const timeline = [{ id: 1, at: 96_200, kind: 'strategy', text: 'Strategy: Random' }] as const;
    expect(new VerdictWatch().look(telemetry(), { ...lab, timeline }, undefined).situation.seconds).toBe(4);
  });

  it('forgets everything when another lab takes its place, whose clock may be an earlier one', () => {
    const watch = new VerdictWatch();
    const page = telemetry();
    page.apply(frameOf({ now: 900_000_500 }));
    watch.look(page, { ...lab, startedAt: 900_000_000 }, undefined);
    watch.look(page, { ...lab, startedAt: 900_000_000, origins: [originOf('A'), deadB] }, undefined);
    const slow = originOf('A', { process: { ...RUNNING, faults: { ...RUNNING.faults, slow: 4 } } });
    const simulated = { ...lab, startedAt: 80_000, origins: [slow, originOf('B')] };
    const began = telemetry();
    expect(watch.look(began, simulated, undefined).situation.seconds).toBe(10);
    for (const now of [102_600, 103_900]) {
      began.apply(frameOf({ now, origins: [{ name: 'A' }, { name: 'B' }] }));
      watch.look(began, simulated, undefined);
    }
    expect(watch.look(began, simulated, undefined).verdict?.news).toBe(
      'A is 4× slower; round robin still sends it 75\u00a0% of the requests.',
    );
  });
});
