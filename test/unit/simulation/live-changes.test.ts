import { describe, expect, it } from 'vitest';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { labOf } from './support.ts';
import { Drill, difference, START, THREE } from './virtual-lab-run.ts';

const SERVICE = { time: { constant: 10 }, workers: 2, queue: 5, errorRate: 0 };

/** One change of every kind. */
const CHANGES: readonly (readonly [string, object])[] = [
  ['strategy', { command: 'set-strategy', strategy: 'least-connections' }],
  ['rate', { command: 'set-traffic', traffic: { open: { rate: 50, arrivals: 'poisson' } } }],
  ['users', { command: 'set-traffic', traffic: { closed: { users: 30, think: 200 }, paths: ['/a', '/b'] } }],
  ['pages', { command: 'set-traffic', traffic: { open: { rate: 10, arrivals: 'constant' }, fanOut: 3 } }],
  ['clients', { command: 'set-clients', clients: { count: 5000, popularity: { zipf: 1 }, timeout: 400 } }],
  ['burst', { command: 'burst', requests: 120, over: 700 }],
  ['weight', { command: 'set-weight', origin: 'B', weight: 5 }],
  ['role', { command: 'set-role', origin: 'B', role: { backup: true } }],
  ['room', { command: 'set-role', origin: 'A', role: { maxInFlight: 1 } }],
  ['service', { command: 'set-service', origin: 'B', service: SERVICE }],
  ['limits', { command: 'set-policies', policies: { limits: { maxInFlight: 2, queue: 4, queueTimeout: 300 } } }],
  ['timeouts', { command: 'set-policies', policies: { timeouts: { firstByte: 30, total: 90 } } }],
  ['health', { command: 'set-policies', policies: { health: { active: 'off', passive: 'off' } } }],
  ['retry', { command: 'set-policies', policies: { retry: { attempts: 5 } } }],
  ['sticky', { command: 'set-sticky', sticky: 'on' }],
  ['adding', { command: 'add-origin', origin: { weight: 2 } }],
  ['removing', { command: 'remove-origin', origin: 'B' }],
  ['script', { command: 'set-faults', faults: [{ at: 9000, origin: 'C', do: 'kill' }] }],
];

const busy = (...lines: string[]): LabDefinition =>
  labOf(...THREE.slice(0, -1), 'traffic: { open: { rate: 45/s, arrivals: poisson } }', ...lines);

/** All of them, a second apart, and some taken back. */
function story(step?: number, most?: number): Drill {
  const drill = new Drill(busy('network: { delay: 3ms }'));
  CHANGES.forEach(([, command], index) => {
    drill.to((index + 1) * 1000, step, most).do(command, index * 10_000);
    if (index % 5 === 4) drill.to((index + 1) * 1000 + 500, step, most).do({ command: 'undo' });
  });
  return drill.to(30_000, step, most);
}

describe('changes while a simulation runs', () => {
  it('are the same bytes when they are done again, however the time between is gone through', () => {
    const once = story();
    expect(once.lab.recorder.requests.started).toBeGreaterThan(700);
    expect(difference(story(), once)).toBe('');
    expect(difference(story(40), once)).toBe('');
    expect(difference(story(997, 13), once)).toBe('');
  });

  it.each(CHANGES)('lose no request and count none twice: %s', (_, command) => {
    const drill = new Drill(busy()).to(5000).do(command).to(10_000).end();
    const { requests, origins } = drill.lab.recorder;
    expect(requests.started).toBeGreaterThan(200);
    expect(requests.inFlight).toBe(0);
    expect(requests.completed + requests.failed).toBe(requests.started);
    const { measures } = drill.lab.simulation;
    expect(measures.offered).toBe(requests.started);
    expect(measures.completed + measures.failed + measures.rejected).toBe(measures.offered);
    const attempts = [...origins.values()].reduce((sum, { started }) => sum + started, 0);
    const all = drill.lab.simulation.origins.reduce((sum, { index }) => sum + measures.origin(index).requests, 0);
    expect(all).toBe(attempts);
    expect([...origins.values()].every(({ inFlight }) => inFlight === 0)).toBe(true);
  });

  it.each(CHANGES.filter(([name]) => name !== 'burst'))('can be taken back: %s', (_, command) => {
    const drill = new Drill(busy()).to(2000);
    const before = drill.state;
    drill.do(command).to(2500);
    expect(drill.state.undo?.label).toBeTruthy();
    drill.do({ command: 'undo' });
    const byName = ({ lab }: typeof before) => ({
      ...lab,
      origins: [...lab.origins].sort((a, b) => a.name.localeCompare(b.name)),
    });
    expect(byName(drill.state)).toEqual(byName(before));
    expect(drill.state.strategy).toEqual(before.strategy);
    expect(drill.state.undo).toBeUndefined();
    expect(() => drill.do({ command: 'undo' })).toThrow('nothing to undo');
  });

  it('take back as one what somebody did in a row', () => {
    const rate = (value: number) => ({
      command: 'set-traffic',
      traffic: { open: { rate: value, arrivals: 'constant' } },
    });
    const drill = new Drill().to(1000).do(rate(30), 0).do(rate(40), 400).do(rate(50), 800);
    drill.do({ command: 'undo' });
    expect(drill.state.lab.traffic).toMatchObject({ open: { rate: 20 } });
    expect(drill.state.undo).toBeUndefined();
  });

  it('let exactly so many requests arrive as the new rate says, and a burst on top', () => {
    const drill = new Drill().to(10_000);
    const { requests } = drill.lab.recorder;
    expect(requests.started).toBe(200);
    drill.do({ command: 'set-traffic', traffic: { open: { rate: 5, arrivals: 'constant' } } }).to(20_000);
    expect(requests.started).toBe(250);
    drill.do({ command: 'burst', requests: 40, over: 1000 }).to(20_499);
    expect(requests.started).toBe(250 + 20 + 2);
    drill.to(30_000);
    expect(requests.started).toBe(250 + 40 + 50);
    drill.do({ command: 'burst', requests: 7, over: 0 }).to(30_000.001);
    expect(requests.started).toBe(250 + 40 + 50 + 7);
    drill.do({ command: 'set-traffic', traffic: { off: true } }).to(90_000);
    expect(requests.started).toBe(347);
  });

  it('replace the users of a closed loop', () => {
    const closed = (users: number) => ({
      command: 'set-traffic',
      traffic: { closed: { users, think: 0 }, paths: ['/'] },
    });
    const drill = new Drill().do(closed(9)).to(5000);
    const { requests } = drill.lab.recorder;
    expect(requests.inFlight).toBe(9);
    drill.do(closed(2)).to(10_000);
    expect(requests.inFlight).toBe(2);
    drill.do({ command: 'set-traffic', traffic: { off: true } }).to(11_000);
    expect(requests.inFlight).toBe(0);
  });

  it('share out by the new weights from the next request on', () => {
    const drill = new Drill().do({
      command: 'set-strategy',
      strategy: 'weighted-round-robin',
    });
    drill.to(10_000).do({ command: 'set-weight', origin: 'A', weight: 6 });
    const after = (name: string) => drill.lab.recorder.origins.get(name)?.started ?? 0;
    const before = ['A', 'B', 'C'].map(after);
    drill.to(60_000);
    const [a = 0, b = 0, c = 0] = ['A', 'B', 'C'].map((name, index) => after(name) - (before[index] ?? 0));
    expect(Math.abs(a - 6 * b)).toBeLessThanOrEqual(6);
    expect(Math.abs(b - c)).toBeLessThanOrEqual(1);
    expect(drill.state.origins.map(({ weight }) => weight)).toEqual([6, 1, 1]);
  });

  it('send a removed origin nothing more, and try again elsewhere what was there', () => {
    const drill = new Drill(busy()).to(10_000);
    const { recorder } = drill.lab;
    let removedAt = 10_000;
    while ((recorder.origins.get('B')?.inFlight ?? 0) < 2) drill.to(++removedAt);
    const there = recorder.origins.get('B')?.inFlight ?? 0;
    const { started } = recorder.origins.get('B') ?? { started: 0 };
    drill.do({ command: 'remove-origin', origin: 'B' }).to(20_000);
    expect(recorder.origins.get('B')).toMatchObject({ started, inFlight: 0 });
    const broken = drill.rows.filter(({ origin, failure }) => origin === 'B' && failure !== undefined);
    expect(broken).toHaveLength(there);
    expect(broken.every(({ at, total }) => at + total === START + removedAt)).toBe(true);
    expect(drill.rows.filter(({ origin, at }) => origin === 'B' && at > START + removedAt)).toEqual([]);
    expect(drill.state.origins.map(({ name }) => name)).toEqual(['A', 'C']);
    expect(drill.texts.at(-1)).toBe('B removed');
    expect(() => drill.do({ command: 'set-weight', origin: 'B', weight: 2 })).toThrow('no origin called "B"');
  });

  it('give an added origin its share, the next letter and a port of its own', () => {
    const drill = new Drill().to(10_000).do({ command: 'add-origin', origin: { service: { time: { constant: 10 } } } });
    const { definition } = drill.lab;
    expect(definition.origins[3]).toMatchObject({
      name: 'D',
      port: 8084,
      weight: 1,
      service: { time: { constant: 10 } },
    });
    drill.to(20_000);
    // Round robin over four: 200 requests.
    expect(drill.lab.recorder.origins.get('D')?.started).toBe(50);
    expect(drill.texts.at(-1)).toBe('D added at 127.0.0.1:8084');
    expect(drill.state.origins[3]).toMatchObject({ name: 'D', status: 'up', process: { status: 'running' } });
    expect(() => drill.do({ command: 'add-origin', origin: { name: 'A' } })).toThrow('an origin named A already');
    expect(() => drill.do({ command: 'add-origin', origin: { port: 8082 } })).toThrow('B is at 127.0.0.1:8082 already');
  });

  it('give an origin back its place: the first available is the first again', () => {
    const first = labOf(
      ...THREE.filter((line) => !line.startsWith('strategy')),
      'strategy: { use: first-available, slots: 100 }',
    );
    const drill = new Drill(first)
      .to(1000)
      .do({ command: 'remove-origin', origin: 'A' })
      .to(2000)
      .do({ command: 'undo' });
    expect(drill.state.origins.map(({ name }) => name)).toEqual(['A', 'B', 'C']);
    const before = drill.to(2100).lab.recorder.origins.get('B')?.started;
    drill.to(5000);
    expect(drill.lab.recorder.origins.get('B')?.started).toBe(before);
  });

  it('tell an origin of an earlier one with its name', () => {
    const drill = new Drill().to(5000).do({ command: 'fault', origin: 'B', do: 'hang' }).to(5010);
    drill
      .do({ command: 'remove-origin', origin: 'B' })
      .do({ command: 'add-origin', origin: { name: 'B' } })
      .to(15_000);
    const b = drill.state.origins.at(-1);
    expect(b).toMatchObject({ name: 'B', status: 'up', process: { status: 'running', faults: { hang: false } } });
    expect(drill.rows.filter(({ origin, at, failure }) => origin === 'B' && at > START + 5010 && failure)).toEqual([]);
  });

  it('leave what is being served as it began, and move what waits over', () => {
    const slow = labOf(
      'strategy: round-robin',
      'origins: [ { name: A, port: 8081, service: { time: { constant: 1s }, workers: 1 } } ]',
      'traffic: { open: { rate: 4/s, arrivals: constant } }',
      'health: off',
    );
    const drill = new Drill(slow).to(1100);
    // Four arrived at 250, 500, 750 and 1000: one is being served, three wait.
    expect(drill.state.origins[0]?.process).toMatchObject({ serving: 1, waiting: 3 });
    drill.do({ command: 'set-traffic', traffic: { off: true } });
    drill.do({ command: 'set-service', origin: 'A', service: { time: { constant: 100 }, workers: 1, queue: 1 } });
    expect(drill.state.origins[0]?.process).toMatchObject({ serving: 1, waiting: 1 });
    drill.to(5000);
    const ends = drill.rows.map(({ at, total, status }) => [Math.round(at + total - START), status]);
    // The new queue holds one: the last of those who waited is turned away.
    expect(ends).toEqual([
      [1100, 503],
      [1200, 200],
      [1250, 200],
      [1300, 200],
    ]);
  });

  it('hold for what begins after them: a timeout cuts no attempt short that had more time', () => {
    const still = labOf(
      'strategy: round-robin',
      'origins: [ { name: A, port: 8081, service: { time: { constant: 2s } } } ]',
      'traffic: { open: { rate: 10/s, arrivals: constant } }',
      'health: off',
      'retry: off',
    );
    const drill = new Drill(still).to(1050);
    drill.do({ command: 'set-policies', policies: { timeouts: { firstByte: 500 } } }).to(10_000);
    const early = drill.rows.filter(({ at }) => at <= START + 1050);
    const late = drill.rows.filter(({ at }) => at > START + 1050);
    expect(early).toHaveLength(10);
    expect(early.every(({ failure, total }) => failure === undefined && Math.abs(total - 2000) < 1e-3)).toBe(true);
    expect(late.length).toBeGreaterThan(80);
    expect(late.every(({ failure, total }) => failure === 'first-byte-timeout' && Math.abs(total - 500) < 1e-3)).toBe(
      true,
    );
  });

  it('run, stop and replace the fault script', () => {
    const script = [
      { at: 1000, origin: 'B', do: 'drain' },
      { at: 3000, origin: 'B', do: 'resume' },
    ];
    const drill = new Drill().to(5000).do({ command: 'set-faults', faults: script }).to(9000);
    expect(drill.state.faultScript).toEqual({ running: false, done: 0 });
    drill.do({ command: 'run-faults' }).to(10_500);
    expect(drill.state.faultScript).toEqual({ running: true, startedAt: START + 9000, done: 1 });
    expect(drill.state.origins[1]?.status).toBe('drained');
    drill.do({ command: 'stop-faults' }).to(20_000);
    expect(drill.state.origins[1]?.status).toBe('drained');
    drill.do({ command: 'run-faults' }).to(23_001);
    expect(drill.state.origins[1]?.status).toBe('up');
    expect(drill.state.faultScript).toMatchObject({ running: false, done: 2 });
    expect(() => new Drill().do({ command: 'run-faults' })).toThrow('nothing in the fault script');
    expect(() => drill.do({ command: 'set-faults', faults: [{ at: 1, origin: 'Z', do: 'kill' }] })).toThrow('Z');
  });

  it('are refused with a reason where a simulation has nothing to change', () => {
    const drill = new Drill();
    expect(() => drill.do({ command: 'set-forwarder', forwarder: 'http-proxy' })).toThrow('go back to LIVE');
    expect(() => drill.do({ command: 'set-response-headers', headers: [] })).toThrow('go back to LIVE');
  });
});
