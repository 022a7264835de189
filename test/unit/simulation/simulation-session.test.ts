import { describe, expect, it } from 'vitest';
import { decodeFrame, type Frame } from '../../../src/protocol/frame.ts';
import type { LabCalls, SimulationCalls } from '../../../src/protocol/lab-calls.ts';
import { readLabText } from '../../../src/protocol/lab-file.ts';
import { Peer } from '../../../src/protocol/peer.ts';
import type { LabState } from '../../../src/protocol/state.ts';
import { SimulationSession } from '../../../src/simulation/simulation-session.ts';
import { createMemoryTransports } from '../../support/memory-transports.ts';
import { labOf, resultOf } from './support.ts';

const LAB = labOf(
  'strategy: round-robin',
  'seed: 5',
  'origins:',
  '  - { name: A, port: 8081, service: { time: { exponential: 50ms }, workers: 1 } }',
  '  - { name: B, port: 8082, service: { time: { exponential: 200ms }, workers: 1 } }',
  'traffic: { open: { rate: 10/s, arrivals: poisson } }',
);

/** A page before a session: real time passes only by `wait`. */
async function open(lab = LAB) {
  const [page, worker] = createMemoryTransports();
  const live = { clock: 'live', lab, undo: { label: 'x' }, settings: {}, proxy: {} } as unknown as LabState;
  const session = new SimulationSession(live, worker, 946_684_800_000);
  const peer = new Peer<LabCalls & SimulationCalls>(page);
  const frames: Frame[] = [];
  peer.onFrame((bytes) => {
    const frame = decodeFrame(bytes);
    frames.push(frame);
    peer.emit('ack', { sequence: frame.sequence });
  });
  let real = 0;
  session.tick(real);
  const state = () => peer.request('state');
  await peer.request('subscribe');
  return {
    peer,
    frames,
    state,
    /** ms of real time, in the ticks of a worker. */
    async wait(ms: number) {
      for (const end = real + ms; real < end; ) {
        real += 40;
        session.tick(real);
        await peer.request('state');
      }
    },
    counts: async () => (await state()).traffic,
    at: async () => (await state()).simulation?.at,
    totals: () => frames.at(-1)?.totals.columns.requests[0],
  };
}

describe('a simulation on the screen', () => {
  it('says that its clock is virtual, and nothing of what only the live lab has', async () => {
    const { state } = await open();
    const { clock, simulation, undo, timeline } = await state();
    expect({ clock, simulation, undo }).toEqual({
      clock: 'virtual',
      simulation: { seed: 5, speed: 1, at: 0, reached: 0 },
      undo: undefined,
    });
    expect(timeline.map(({ text }) => text)).toEqual(['The simulation begins, with seed 5']);
  });

  it('counts what the same lab and seed count on the command line', async () => {
    for (const strategy of ['round-robin', 'least-connections', 'ring-hash', 'random']) {
      const lab = { ...LAB, strategy: { use: strategy } };
      const expected = resultOf(lab, { duration: 60_000, warmup: 0 });
      const { peer, wait, state } = await open(lab);
      await peer.request('command', { command: 'pause' });
      await peer.request('seek', { to: 60_000 });
      await wait(40);
      const { traffic, origins } = await state();
      expect(traffic.sent).toBe(expected.offered);
      expect(origins.map(({ process }) => process?.received)).toEqual(expected.origins.map(({ requests }) => requests));
    }
  });

  it('follows real time at its speed, and stands still while it is paused', async () => {
    const { peer, wait, at } = await open();
    await wait(400);
    expect(await at()).toBe(400);
    await peer.request('set-speed', { speed: 100 });
    await wait(400);
    expect(await at()).toBe(40_400);
    await peer.request('command', { command: 'pause' });
    await wait(400);
    expect(await at()).toBe(40_400);
    await peer.request('command', { command: 'run' });
    await wait(40);
    expect(await at()).toBe(44_400);
  });

  it('steps one request, and no other', async () => {
    const { peer, counts, state } = await open();
    for (const sent of [1, 2, 3]) {
      await peer.request('step');
      expect((await counts()).sent).toBe(sent);
    }
    expect((await state()).traffic.paused).toBe(true);
  });

  it('tells frames as a live lab does, exact in their totals at any speed', async () => {
    const { peer, wait, frames, totals, counts } = await open();
    await peer.request('set-speed', { speed: 1000 });
    await wait(2000);
    expect(frames[0]?.snapshot).toBe(true);
    expect(totals()).toBe((await counts()).sent);
    // 10/s × 1000 is more than a screen can list.
    expect(frames.at(-1)?.sampling).toBeGreaterThan(1);
    await peer.request('step');
    await wait(40);
    expect(frames.at(-1)?.sampling).toBe(1);
    await peer.request('step');
    await wait(40);
    expect(frames.at(-1)?.starts.rows).toBe(1);
  });

  it('goes back to a time as it was, with what was done before it', async () => {
    const { peer, wait, state } = await open();
    await peer.request('set-speed', { speed: 100 });
    await wait(200);
    await peer.request('command', { command: 'set-strategy', strategy: 'least-connections' });
    await peer.request('command', { command: 'fault', origin: 'B', do: 'slow', factor: 3, for: 5000 });
    await wait(200);
    await peer.request('command', { command: 'pause' });
    await wait(40);
    const then = await state();
    expect(then.simulation?.at).toBe(40_000);
    await peer.request('seek', { to: 10_000 });
    await wait(40);
    const before = await state();
    expect(before.strategy.use).toBe('round-robin');
    expect(before.simulation).toMatchObject({ at: 10_000, reached: 40_000 });
    await peer.request('seek', { to: 40_000 });
    await wait(40);
    const again = await state();
    expect(again.traffic).toEqual(then.traffic);
    expect(again.origins.map(({ process }) => process)).toEqual(then.origins.map(({ process }) => process));
    const told = ({ timeline, startedAt }: LabState) =>
      timeline.map(({ id, at, text }) => ({ id, at: at - startedAt, text }));
    expect(told(again)).toEqual(told(then));
    expect(told(again).map(({ text }) => text)).toEqual([
      'The simulation begins, with seed 5',
      'Strategy: Least connections',
      'B is 3× as slow',
      'B is as fast as before',
    ]);
  });

  it('does every change again at its time, and says what can be taken back by then', async () => {
    const { peer, wait, state } = await open();
    await peer.request('command', { command: 'pause' });
    const to = async (ms: number) => {
      await peer.request('seek', { to: ms });
      await wait(40);
      return state();
    };
    const traffic = { open: { rate: 25, arrivals: 'constant' }, paths: ['/'] } as const;
    await to(10_000);
    await peer.request('command', { command: 'set-traffic', traffic });
    await to(20_000);
    const added = await peer.request('command', { command: 'add-origin', origin: {} });
    expect(added.origin).toMatchObject({ name: 'C', port: 8083 });
    await to(25_000);
    await peer.request('command', { command: 'set-weight', origin: 'B', weight: 3 });
    await to(26_000);
    await peer.request('command', { command: 'undo' });
    await to(30_000);
    await peer.request('command', { command: 'remove-origin', origin: 'B' });
    const then = await to(40_000);
    expect(then.origins.map(({ name }) => name)).toEqual(['A', 'C']);
    expect(then.undo?.label).toBe('removing B');
    const early = await to(15_000);
    expect(early.origins.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(early.undo?.label).toBe('load → 10/s');
    const again = await to(40_000);
    const comparable = ({ startedAt, timeline, origins, traffic: counts, lab, undo }: LabState) =>
      JSON.stringify([
        timeline.map((entry) => [entry.id, entry.at - startedAt, entry.text]),
        counts,
        lab,
        undo,
        origins,
      ]).replaceAll(/"since":\d+/g, (since) => `"since":${Number(since.slice(8)) - startedAt}`);
    expect(comparable(again)).toBe(comparable(then));
  });

  it('forgets what was done later once something else is done at an earlier time', async () => {
    const { peer, wait, state } = await open();
    await peer.request('command', { command: 'pause' });
    const to = async (ms: number) => {
      await peer.request('seek', { to: ms });
      await wait(40);
    };
    await to(10_000);
    await peer.request('command', { command: 'set-strategy', strategy: 'random' });
    await to(5000);
    await peer.request('command', { command: 'marker', text: 'here' });
    await to(20_000);
    expect((await state()).strategy.use).toBe('round-robin');
    expect((await state()).timeline.map(({ text }) => text)).toContain('here');
  });

  it('begins anew with what is set, and with another seed if one is wanted', async () => {
    const { peer, wait, state } = await open();
    const until = async (ms: number) => {
      await peer.request('command', { command: 'pause' });
      await peer.request('seek', { to: ms });
      await wait(40);
      return state();
    };
    const first = await until(30_000);
    await peer.request('restart');
    expect((await state()).simulation).toMatchObject({ seed: 5, at: 0, reached: 0 });
    expect((await state()).startedAt).not.toBe(first.startedAt);
    const second = await until(30_000);
    expect(second.traffic).toEqual(first.traffic);
    await peer.request('command', { command: 'set-strategy', strategy: 'least-connections' });
    await peer.request('restart', { seed: 6 });
    const third = await until(30_000);
    expect(third.simulation?.seed).toBe(6);
    expect(third.strategy.use).toBe('least-connections');
    expect(third.traffic).not.toEqual(first.traffic);
    await expect(peer.request('restart', { seed: -1 })).rejects.toThrow('A seed is a whole number');
  });

  it('says why an origin was chosen', async () => {
    const { peer, frames, wait } = await open({ ...LAB, strategy: { use: 'least-connections' } });
    await peer.request('step');
    await wait(40);
    const request = frames.at(-1)?.starts.columns.request[0] ?? -1;
    const detail = await peer.request('request-detail', { request });
    expect(detail.decisions.map(({ attempt, chosen }) => ({ attempt, chosen }))).toEqual([{ attempt: 1, chosen: 'A' }]);
    expect(detail.decisions[0]?.candidates.map(({ origin }) => origin)).toEqual(['A', 'B']);
  });

  it('gives the lab as it is set as a file, and refuses what a simulation cannot do in a sentence', async () => {
    const { peer } = await open();
    await peer.request('command', { command: 'set-strategy', strategy: 'random' });
    expect(readLabText(await peer.request('lab-file')).strategy.use).toBe('random');
    const headers = { command: 'set-response-headers', headers: [] } as const;
    await expect(peer.request('command', headers)).rejects.toThrow('go back to LIVE');
    await expect(peer.request('command', { command: 'fault', origin: 'Z', do: 'kill' })).rejects.toThrow(
      'no origin named "Z"',
    );
  });
});
