// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { LabClient } from '../../../renderer/app/lab-client.ts';
import type { Attempt } from '../../../renderer/transport/connect.ts';
import { encodeFrame } from '../../../src/protocol/frame.ts';
import { Peer } from '../../../src/protocol/peer.ts';
import type { LabState } from '../../../src/protocol/state.ts';
import type { Transport } from '../../../src/protocol/transport.ts';
import { createMemoryTransports } from '../../support/memory-transports.ts';
import { frameOf } from './frames.ts';

/** The other end: a lab that notes what it is asked. */
function fakeLab(startedAt = 1) {
  const [here, there] = createMemoryTransports();
  const asked: string[] = [];
  const acknowledged: number[] = [];
  const state = { startedAt, origins: [], timeline: [] } as unknown as LabState;
  const peer = new Peer(there, {
    state: () => state,
    subscribe: () => void asked.push('subscribe'),
    unsubscribe: () => void asked.push('unsubscribe'),
    command: ({ command }: { command: string }) => {
      asked.push(command);
      if (command === 'remove-origin') throw new Error('There is no origin X.');
      return {};
    },
  });
  peer.on<{ sequence: number }>('ack', ({ sequence }) => acknowledged.push(sequence));
  return { transport: here, peer, asked, acknowledged };
}

const clientOf = (...attempts: (Transport | 'refused' | 'unreachable')[]) =>
  new LabClient(async (): Promise<Attempt> => {
    const next = attempts.shift() ?? 'unreachable';
    return typeof next === 'string' ? next : { transport: next };
  });

describe('LabClient', () => {
  it('subscribes, takes state and acknowledges frames', async () => {
    const lab = fakeLab();
    const client = clientOf(lab.transport);
    client.start();
    await vi.waitFor(() => expect(lab.asked).toContain('subscribe'));
    await vi.waitFor(() => expect(client.store.getState().connection).toBe('open'));
    lab.peer.sendFrame(encodeFrame(frameOf({ sequence: 7, totals: { requests: 42 } })));
    await vi.waitFor(() => expect(lab.acknowledged).toEqual([7]));
    expect(client.telemetry.totals.requests).toBe(42);
  });

  it('says why a command failed', async () => {
    const lab = fakeLab();
    const client = clientOf(lab.transport);
    const problems: string[] = [];
    client.onProblem = (sentence) => problems.push(sentence);
    expect(await client.command({ command: 'pause' })).toBeUndefined();
    client.start();
    await vi.waitFor(() => expect(client.store.getState().connection).toBe('open'));
    expect(await client.command({ command: 'pause' })).toEqual({});
    await client.command({ command: 'remove-origin', origin: 'X' });
    expect(problems).toEqual(['The lab is not connected; it is being tried again.', 'There is no origin X.']);
  });

  it('tries again after a loss, and forgets what another lab measured', async () => {
    const [first, second] = [fakeLab(1), fakeLab(2)];
    const client = clientOf(first.transport, 'unreachable', second.transport);
    client.start();
    await vi.waitFor(() => expect(client.store.getState().connection).toBe('open'));
    first.peer.sendFrame(encodeFrame(frameOf({ totals: { requests: 42 } })));
    await vi.waitFor(() => expect(client.telemetry.totals.requests).toBe(42));
    first.peer.close();
    await vi.waitFor(() => expect(client.store.getState().connection).toBe('lost'));
    await vi.waitFor(() => expect(client.store.getState().connection).toBe('open'), 4000);
    expect(second.asked).toContain('subscribe');
    expect(client.telemetry.totals.requests).toBe(0);
  });

  it('shows a simulation in the place of the live lab, which runs on, and the live lab again', async () => {
    const [live, virtual] = [fakeLab(5), fakeLab(3)];
    const client = clientOf(live.transport);
    client.start();
    await vi.waitFor(() => expect(client.store.getState().lab?.startedAt).toBe(5));
    const given: LabState[] = [];
    client.simulate((state) => {
      given.push(state);
      return virtual.transport;
    });
    await vi.waitFor(() => expect(client.store.getState().lab?.startedAt).toBe(3));
    await vi.waitFor(() => expect(virtual.asked).toEqual(['subscribe']));
    expect(given.map(({ startedAt }) => startedAt)).toEqual([5]);
    expect(live.asked).toEqual(['subscribe', 'unsubscribe']);

    virtual.peer.sendFrame(encodeFrame(frameOf({ totals: { requests: 7 } })));
    live.peer.sendFrame(encodeFrame(frameOf({ totals: { requests: 99 } })));
    live.peer.emit('state', { startedAt: 5, origins: [], timeline: [], notices: ['x'] });
    await vi.waitFor(() => expect(live.acknowledged).toHaveLength(1));
    expect(client.telemetry.totals.requests).toBe(7);
    expect(client.store.getState().lab?.startedAt).toBe(3);

    await client.command({ command: 'pause' });
    await client.command({ command: 'save-settings', settings: { theme: 'dark', projector: false, singleKeys: true } });
    expect(virtual.asked).toContain('pause');
    expect(live.asked).toEqual(['subscribe', 'unsubscribe', 'save-settings']);

    client.backToLive();
    expect(client.store.getState().lab).toMatchObject({ startedAt: 5, notices: ['x'] });
    expect(client.telemetry.totals.requests).toBe(0);
    await vi.waitFor(() => expect(live.asked.at(-1)).toBe('subscribe'));
  });

  it('goes back to the live lab when another one is loaded, and when the simulation breaks', async () => {
    const live = fakeLab(5);
    const client = clientOf(live.transport);
    const problems: string[] = [];
    client.onProblem = (sentence) => problems.push(sentence);
    client.start();
    await vi.waitFor(() => expect(client.store.getState().lab?.startedAt).toBe(5));
    client.simulate(() => fakeLab(3).transport);
    await vi.waitFor(() => expect(client.store.getState().lab?.startedAt).toBe(3));
    await client.command({ command: 'load-lab', lab: 'default' });
    expect(client.store.getState().lab?.startedAt).toBe(5);
    expect(live.asked).toContain('load-lab');
    const broken = fakeLab(4);
    client.simulate(() => broken.transport);
    await vi.waitFor(() => expect(client.store.getState().lab?.startedAt).toBe(4));
    expect(problems).toEqual([]);
    broken.peer.close();
    await vi.waitFor(() => expect(client.store.getState().lab?.startedAt).toBe(5));
    expect(problems).toEqual(['The simulation has ended unexpectedly; the live lab is on the screen again.']);
  });

  it('gives up only when it is refused', async () => {
    const client = clientOf('refused');
    client.start();
    await vi.waitFor(() => expect(client.store.getState().connection).toBe('refused'));
  });
});
