import { describe, expect, it } from 'vitest';
import { labOf } from './support.ts';
import { Drill, difference, START, THREE } from './virtual-lab-run.ts';

const BUSY = [...THREE.slice(0, -1), 'traffic: { open: { rate: 45/s, arrivals: poisson } }'];
const CHECKS = 'health: { active: { every: 2s, fall: 3, rise: 2, timeout: 1s }, passive: off }';

/** Attempts that B left without an answer of its own. */
function broken(drill: Drill, since: number) {
  const rows = drill.rows.filter(
    ({ origin, failure, at, total }) =>
      origin === 'B' && failure !== undefined && failure !== 'server-error' && at + total >= START + since,
  );
  return {
    retried: rows.filter(({ last }) => !last).length,
    lost: rows.filter(({ last }) => last).length,
  };
}

describe('a failover in a simulation', () => {
  it.each([
    ['with retries', 'retry: { attempts: 2, on: [connect-failure, reset] }'],
    ['without', 'retry: off'],
  ])('is accounted for like a live one, exactly, %s', (_, retry) => {
    const drill = new Drill(labOf(...BUSY, CHECKS, retry)).to(10_250);
    drill.do({ command: 'fault', origin: 'B', do: 'kill' }).to(30_000);
    const down = drill.state.timeline.find(({ kind }) => kind === 'noticed');
    expect(down).toMatchObject({
      origin: 'B',
      label: 'B seen down',
      text: 'B is down: 3 of 3 checks failed: connection refused',
    });
    expect(down?.failover?.noticedAfter).toBe((down?.at ?? 0) - START - 10_250);
    const figures = broken(drill, 10_250);
    expect(down?.failover).toMatchObject(figures);
    expect(figures.retried + figures.lost).toBeGreaterThan(20);
    if (retry === 'retry: off') expect(figures.lost).toBe(drill.lab.recorder.requests.failed);
    else expect(figures.retried).toBe(drill.lab.recorder.requests.retries);
    drill.do({ command: 'fault', origin: 'B', do: 'restart' }).to(60_000);
    const back = drill.state.timeline.findLast(({ kind }) => kind === 'returned');
    expect(back).toMatchObject({ text: 'B is back in rotation', label: 'B back' });
    expect(back?.failover).toEqual({
      ...broken(drill, 10_250),
      noticedAfter: down?.failover?.noticedAfter,
      recoveredAfter: (back?.at ?? 0) - START - 10_250,
    });
    expect(drill.state.timeline.find(({ id }) => id === down?.id)?.failover).toEqual(back?.failover);
  });

  it('says so when nobody noticed', () => {
    const drill = new Drill(labOf(...BUSY, CHECKS, 'retry: off')).to(10_000);
    drill.do({ command: 'fault', origin: 'B', do: 'reset', for: 1000 }).to(20_000);
    const back = drill.state.timeline.at(-1);
    expect(back?.text).toBe('B works again; the balancer never noticed that it did not');
    expect(back?.failover).toEqual({ ...broken(drill, 10_000), recoveredAfter: 1000 });
    expect(back?.failover?.lost).toBeGreaterThan(5);
  });

  it('begins at the crash of an origin that more wait for than it can hold', () => {
    const crash = labOf(
      'strategy: round-robin',
      'origins:',
      '  - { name: A, port: 8081, service: { time: { constant: 10ms }, workers: 4 } }',
      '  - { name: B, port: 8082, service: { time: { constant: 1s }, workers: 1, crashAbove: 5 } }',
      'traffic: { open: { rate: 20/s, arrivals: constant } }',
      CHECKS,
    );
    const drill = new Drill(crash).to(20_000);
    const exit = drill.state.timeline.find(({ kind }) => kind === 'exited');
    expect(exit?.text).toBe('B ended by itself: 6 requests waiting are more than it can hold');
    const down = drill.state.timeline.find(({ kind }) => kind === 'noticed');
    expect(down?.failover).toMatchObject({ ...broken(drill, 0), noticedAfter: (down?.at ?? 0) - (exit?.at ?? 0) });
  });

  it('is an outage when nobody is left, until somebody is', () => {
    const drill = new Drill(labOf(...BUSY, CHECKS)).to(5000);
    for (const origin of ['A', 'B', 'C']) drill.do({ command: 'fault', origin, do: 'kill' });
    drill.to(30_000).do({ command: 'fault', origin: 'C', do: 'restart' }).to(40_000);
    const kinds = drill.state.timeline.filter(({ label }) => label?.startsWith('Outage'));
    const refused = drill.rows.filter(({ failure }) => failure === 'none-available').length;
    expect(refused).toBeGreaterThan(100);
    expect(kinds.map(({ text }) => text)).toEqual([
      'No origin is available: every request is answered with 503',
      `The outage is over: ${refused.toLocaleString('en')} requests got 503`,
    ]);
    const third = drill.state.timeline.filter(({ kind }) => kind === 'noticed')[2];
    expect(kinds[0]?.at).toBe(third?.at);
    drill.do({ command: 'remove-origin', origin: 'C' });
    expect(drill.texts.at(-1)).toBe('No origin is available: every request is answered with 503');
    drill.do({ command: 'add-origin', origin: {} });
    expect(drill.texts.at(-1)).toBe('The outage is over: 0 requests got 503');
  });

  it('is the same again at every pace', () => {
    const play = (step: number, most: number) =>
      new Drill(labOf(...BUSY, CHECKS))
        .to(10_250, step, most)
        .do({ command: 'fault', origin: 'B', do: 'kill', for: 15_000 })
        .to(60_000, step, most);
    const once = play(60_000, 1_000_000);
    expect(difference(play(40, 1_000_000), once)).toBe('');
    expect(difference(play(1234, 7), once)).toBe('');
  });
});
