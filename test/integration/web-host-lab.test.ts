import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lab } from '../../src/host/lab.ts';
import { decodeFrame } from '../../src/protocol/frame.ts';
import { Peer } from '../../src/protocol/peer.ts';
import type { LabState } from '../../src/protocol/state.ts';
import { startWebHost, type WebHost } from '../../src/web/web-host.ts';
import { startLab } from '../support/lab-fixture.ts';
import { openSocket, pageTransport } from '../support/page-socket.ts';

/** The control API on a real lab: real origins, a real proxy, real requests. */
let lab: Lab;
let host: WebHost;

beforeAll(async () => {
  lab = await startLab();
  host = await startWebHost({ lab, host: '127.0.0.1', port: 0, ui: false });
});
afterAll(async () => {
  await host?.close();
  await lab?.stop();
});

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${host.port}${path}`, { ...init, headers: { Authorization: `Bearer ${host.token}` } });
const command = (value: unknown): Promise<Response> =>
  ask('/api/commands', { method: 'POST', body: JSON.stringify(value) });
const state = async (): Promise<LabState> => (await ask('/api/lab')).json() as Promise<LabState>;

async function load(count: number, path = '/'): Promise<void> {
  const { url } = lab.state.proxy;
  const users = Array.from({ length: 20 }, async (_, user) => {
    for (let index = user; index < count; index += 20) await (await fetch(url + path)).text();
  });
  await Promise.all(users);
}

describe('the control API of a real lab', () => {
  it('streams one line per attempt, every one of them', async () => {
    const leave = new AbortController();
    const stream = await ask('/api/events', { signal: leave.signal });
    const seen = new Set<number>();
    const perOrigin = new Map<string, number>();
    const reading = (async () => {
      let rest = '';
      for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const attempt = JSON.parse(line);
          expect(attempt).toMatchObject({
            attempt: 1,
            last: true,
            path: '/count',
            status: 200,
            failure: null,
            strategy: 'round-robin',
          });
          seen.add(attempt.request);
          perOrigin.set(attempt.origin, (perOrigin.get(attempt.origin) ?? 0) + 1);
        }
        if (seen.size >= 400) return;
      }
    })();
    await load(400, '/count');
    await reading;
    leave.abort();
    expect(seen.size).toBe(400);
    expect([...perOrigin.values()]).toEqual([100, 100, 100, 100]);
  });

  it('counts the same in its metrics', async () => {
    const text = await (await ask('/metrics')).text();
    const before = Number(/^evenkeel_requests_total (\d+)$/m.exec(text)?.[1]);
    await load(40);
    const after = (await (await ask('/metrics')).text()).split('\n');
    expect(after).toContain(`evenkeel_requests_total ${before + 40}`);
    expect(after).toContain(`evenkeel_requests_completed_total ${before + 40}`);
    expect(after).toContain('evenkeel_requests_failed_total 0');
    expect(after).toContain(`evenkeel_origin_attempts_total{origin="A"} ${(before + 40) / 4}`);
    expect(after).toContain('evenkeel_origin_available{origin="A"} 1');
  });

  it('carries out commands', async () => {
    const switched = await command({ command: 'set-strategy', strategy: 'random' });
    expect(await switched.json()).toEqual({ ok: true });
    expect((await state()).strategy).toMatchObject({ use: 'random' });

    const added = await command({ command: 'add-origin', origin: {} });
    expect(await added.json()).toMatchObject({ ok: true, origin: { name: 'E' } });
    expect((await state()).origins.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D', 'E']);
    expect((await command({ command: 'remove-origin', origin: 'E' })).status).toBe(200);
    expect((await state()).origins.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D']);
  });

  it.each([
    [{ command: 'nonsense' }, 400, 'bad-command'],
    [{ command: 'pause', extra: 1 }, 400, 'bad-command'],
    [{ command: 'set-strategy', strategy: 'nonsense' }, 400, 'bad-command'],
    [{ command: 'fault', origin: 'Z', do: 'kill' }, 404, 'unknown-origin'],
  ])('refuses %j with %d', async (value, status, code) => {
    const response = await command(value);
    expect(await response.json()).toMatchObject({ error: { code } });
    expect(response.status).toBe(status);
  });

  it('serves a page: state, frames, and the state again on change', async () => {
    const peer = new Peer(await pageTransport(openSocket(host)));
    const states: LabState[] = [];
    const requests: number[] = [];
    peer.on<LabState>('state', (value) => states.push(value));
    peer.onFrame((bytes) => {
      const frame = decodeFrame(bytes);
      requests.push(frame.totals.columns.requests[0] ?? 0);
      peer.emit('ack', { sequence: frame.sequence });
    });
    await peer.request('subscribe');
    await expect.poll(() => requests.length).toBeGreaterThan(0);
    const before = requests[0] ?? 0;
    await load(10);
    await expect.poll(() => requests.at(-1)).toBe(before + 10);
    await peer.request('command', { command: 'set-strategy', strategy: 'round-robin' });
    await expect.poll(() => states.at(-1)?.strategy.use).toBe('round-robin');
    peer.close();
  });
});
