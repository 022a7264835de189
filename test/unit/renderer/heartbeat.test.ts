// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LabClient } from '../../../renderer/app/lab-client.ts';
import { ASK_EVERY, PATIENCE, startHeartbeat } from '../../../renderer/transport/heartbeat.ts';
import { openWebSocket } from '../../../renderer/transport/web-socket.ts';
import { Peer } from '../../../src/protocol/peer.ts';
import type { LabState } from '../../../src/protocol/state.ts';
import type { Transport } from '../../../src/protocol/transport.ts';
import { createMemoryTransports } from '../../support/memory-transports.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a heartbeat', () => {
  it('goes on as long as there are answers, refusals among them', async () => {
    const lost = vi.fn();
    const ask = vi.fn<() => Promise<unknown>>(async () => 'here');
    const end = startHeartbeat(ask, lost);
    ask.mockRejectedValueOnce(new Error('There is no such call.'));
    await vi.advanceTimersByTimeAsync(10 * ASK_EVERY);
    expect(ask).toHaveBeenCalledTimes(10);
    expect(lost).not.toHaveBeenCalled();
    end();
    await vi.advanceTimersByTimeAsync(10 * ASK_EVERY);
    expect(ask).toHaveBeenCalledTimes(10);
  });

  it('is lost once when no answer comes in time, and not a moment before', async () => {
    const lost = vi.fn();
    startHeartbeat(() => new Promise(() => {}), lost);
    await vi.advanceTimersByTimeAsync(ASK_EVERY + PATIENCE - 1);
    expect(lost).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1 + 10 * PATIENCE);
    expect(lost).toHaveBeenCalledTimes(1);
  });

  it('says nothing any more once it has ended, whatever is still on its way', async () => {
    const lost = vi.fn();
    let answer: (value: unknown) => void = () => {};
    const ask = vi.fn(() => new Promise((resolve) => (answer = resolve)));
    const end = startHeartbeat(ask, lost);
    await vi.advanceTimersByTimeAsync(ASK_EVERY);
    end();
    answer('late');
    await vi.advanceTimersByTimeAsync(10 * PATIENCE);
    expect(ask).toHaveBeenCalledTimes(1);
    expect(lost).not.toHaveBeenCalled();
  });
});

describe('a page whose lab falls silent without closing', () => {
  it('takes it for lost, and tries until there is one that answers', async () => {
    const state = (startedAt: number) => ({ startedAt, origins: [], timeline: [] }) as unknown as LabState;
    const lab = (startedAt: number) => {
      const [here, there] = createMemoryTransports();
      new Peer(there, { state: () => state(startedAt), subscribe: () => {}, ping: () => {} });
      return here;
    };
    let silent = false;
    const first = lab(1);
    // As a frozen process has it: the connection stays open, and nothing is read from it.
    const freezes: Transport = { ...first, send: (message) => (silent ? undefined : first.send(message)) };
    const transports = [freezes, lab(2)];
    const client = new LabClient(async () => {
      const transport = transports.shift();
      return transport ? { transport } : 'unreachable';
    });
    client.start();
    await vi.advanceTimersByTimeAsync(10 * ASK_EVERY);
    expect(client.store.getState()).toMatchObject({ connection: 'open', lab: { startedAt: 1 } });
    silent = true;
    const seen: string[] = [];
    client.store.subscribe(({ connection }) => seen.push(connection));
    await vi.advanceTimersByTimeAsync(ASK_EVERY + PATIENCE);
    expect(seen[0]).toBe('lost');
    await vi.advanceTimersByTimeAsync(1000);
    expect(client.store.getState()).toMatchObject({ connection: 'open', lab: { startedAt: 2 } });
  });

  it('does not wait for ever for a socket to open', async () => {
    const close = vi.fn();
    vi.stubGlobal(
      'WebSocket',
      class {
        close = close;
      },
    );
    const opened = openWebSocket('ws://127.0.0.1:1/ws');
    const failed = expect(opened).rejects.toThrow('refused');
    await vi.advanceTimersByTimeAsync(PATIENCE);
    await failed;
    expect(close).toHaveBeenCalledTimes(1);
  });
});
