import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { NO_HEALTH } from '../../src/core/policies.ts';
import { portTransport } from '../../src/engine/port-transport.ts';
import type { Lab } from '../../src/host/lab.ts';
import { type AttemptLine, attemptLines } from '../../src/protocol/attempt-line.ts';
import type { Frame } from '../../src/protocol/frame.ts';
import type { LabCalls } from '../../src/protocol/lab-calls.ts';
import { Peer } from '../../src/protocol/peer.ts';
import { ask } from '../support/http-client.ts';
import { readFrames, startLab, until } from '../support/lab-fixture.ts';

let lab: Lab;
let screen: Peer<LabCalls>;
afterEach(async () => {
  screen?.close();
  await lab?.stop();
});

function connect(): void {
  const { port1, port2 } = new MessageChannel();
  lab.connect(portTransport(port1));
  screen = new Peer<LabCalls>(portTransport(port2));
}

/** The attempts in the frames once `requests` requests have ended. */
async function seen({ frames }: { readonly frames: readonly Frame[] }, requests: number): Promise<AttemptLine[]> {
  const lines = (): AttemptLine[] => frames.flatMap((frame) => [...attemptLines(frame)]);
  await until(() => lines().filter(({ last }) => last).length === requests, `${requests} requests have ended`);
  return lines();
}

describe('a request looked at closely', () => {
  test('tells what the balancer compared for each of its tries, and knows nothing of a request that never was', async () => {
    lab = await startLab({ count: 3, health: NO_HEALTH });
    connect();
    const frames = readFrames(lab);
    await lab.command({ command: 'fault', origin: 'A', do: 'kill' });
    await until(() => lab.state.origins[0]?.process?.status === 'exited', 'A has ended');
    for (let index = 0; index < 3; index++) expect((await ask(lab.state.proxy.port)).status).toBe(200);
    const lines = await seen(frames, 3);
    const failed = lines.find(({ failure }) => failure === 'connect-refused');
    expect(failed).toMatchObject({ origin: 'A', attempt: 1, last: false, queued_ms: null });
    const detail = await screen.request('request-detail', { request: failed?.request ?? 0 });
    expect(detail.decisions.map(({ chosen, reason }) => [chosen, reason])).toEqual([
      ['A', 'strategy'],
      ['B', 'retry'],
    ]);
    expect(detail.decisions[1]?.candidates.map(({ origin, tried }) => [origin, tried])).toEqual([
      ['A', true],
      ['B', false],
      ['C', false],
    ]);
    expect(await screen.request('request-detail', { request: 'nonsense' as never })).toMatchObject({ decisions: [] });
    frames.close();
  });

  test('says how long it waited for a worker', async () => {
    lab = await startLab({ count: 1, service: { time: { constant: 1000 }, workers: 1 } });
    const frames = readFrames(lab);
    await Promise.all([ask(lab.state.proxy.port), ask(lab.state.proxy.port)]);
    const lines = await seen(frames, 2);
    const [first, second] = lines.map(({ queued_ms }) => queued_ms ?? -1);
    expect(first).toBeLessThan(50);
    // The second came while the first was served: it waited for what was left of its second.
    expect(second).toBeGreaterThan(50);
    expect(second).toBeLessThanOrEqual(1000);
    frames.close();
  });
});

describe('an origin looked at closely', () => {
  test('tells what its checks saw, failures with their reason', async () => {
    const active = { path: '/healthz', every: 100, timeout: 10_000, fall: 3, rise: 2 };
    lab = await startLab({ count: 2, health: { active, passive: 'off', outliers: 'off', panic: 'off' } });
    connect();
    const checks = (origin: string) => screen.request('origin-checks', { origin });
    await until(async () => (await checks('A')).some(({ ok }) => ok), 'A was checked');
    await lab.command({ command: 'fault', origin: 'A', do: 'kill' });
    // The kill may catch a check half-way; those after it find nobody at the port.
    const refused = async () => (await checks('A')).find(({ reason }) => reason === 'connection refused');
    expect(await until(refused, 'a check of A is refused')).toMatchObject({ ok: false });
    expect((await checks('B')).every(({ ok }) => ok)).toBe(true);
    await expect(checks('Z')).rejects.toThrow('There is no origin named "Z"');
  });
});
