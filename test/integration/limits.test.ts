import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_POLICIES, NO_HEALTH } from '../../src/core/policies.ts';
import type { Lab } from '../../src/host/lab.ts';
import { FORWARDERS } from '../../src/protocol/lab.ts';
import { ask, tally } from '../support/http-client.ts';
import { type LabOptions, quiesce, readFrames, startLab, until } from '../support/lab-fixture.ts';

let lab: Lab;
afterEach(() => lab?.stop());

/** Its origin answers nobody until it is thawed: what is seen meanwhile lasts, however slow this machine is. */
const startFrozen = async (options: LabOptions): Promise<void> => {
  lab = await startLab({ count: 1, health: NO_HEALTH, service: { time: { constant: 100 } }, ...options });
  await lab.command({ command: 'fault', origin: 'A', do: 'freeze' });
};
const thaw = () => lab.command({ command: 'fault', origin: 'A', do: 'thaw' });
const limits = (change: Partial<typeof DEFAULT_POLICIES.limits>) => ({ ...DEFAULT_POLICIES.limits, ...change });

describe.each(FORWARDERS)('an origin that takes one request at a time (%s)', (forwarder) => {
  test('makes the next ones wait in turn, and the screen shows it', async () => {
    await startFrozen({ forwarder, limits: limits({ maxInFlight: 1, queue: 2, queueTimeout: 30_000 }) });
    const { port } = lab.state.proxy;
    const screen = readFrames(lab);
    const answers = [1, 2, 3, 4].map(() => ask(port, { method: 'POST', body: Buffer.alloc(100_000, 'x') }));
    await until(() => screen.last()?.totals.columns.queued[0] === 2, 'two wait');
    const shown = await until(
      () => (lab.state.origins[0]?.full && lab.state.balancer.queued === 2 ? lab.state : undefined),
      'it is shown as full',
    );
    expect(shown).toMatchObject({ origins: [{ available: true }] });
    await thaw();
    const told = await Promise.all(answers);
    expect(tally(told.map(({ status }) => status))).toEqual({ 200: 3, 503: 1 });
    expect(told.find(({ status }) => status === 503)?.body).toBe(
      '503 Service Unavailable: every origin is full, and no more requests may wait\n',
    );
    await until(() => screen.last()?.totals.columns.completed[0] === 3, 'all are counted');
    await until(() => lab.state.balancer.queued === 0, 'nobody waits');
    const waits = screen.frames
      .flatMap(({ attempts }) => [...attempts.columns.inQueue.subarray(0, attempts.rows)])
      .sort((a, b) => a - b);
    expect(waits.map((ms) => ms > 0)).toEqual([false, false, true, true]);
    screen.close();
  });

  test('lets no one wait too long, nor for a client that has left', async () => {
    await startFrozen({ forwarder, limits: limits({ maxInFlight: 1, queueTimeout: 2500 }) });
    const { port } = lab.state.proxy;
    const screen = readFrames(lab);
    const first = ask(port);
    await until(() => screen.last()?.totals.columns.inFlight[0] === 1, 'the first is there');
    const waiting = ask(port);
    const leaving = request({ host: '127.0.0.1', port });
    leaving.on('error', () => undefined);
    leaving.end();
    await until(() => screen.last()?.totals.columns.queued[0] === 2, 'two wait');
    leaving.destroy();
    expect(await waiting).toMatchObject({
      status: 503,
      body: '503 Service Unavailable: waited in vain for an origin with room\n',
    });
    await thaw();
    expect((await first).status).toBe(200);
    const failures = () =>
      screen.frames.flatMap(({ attempts }) => [...attempts.columns.status.subarray(0, attempts.rows)]);
    await until(() => failures().length === 3, 'all have ended');
    expect(failures().sort()).toEqual([200, 499, 503]);
    expect(screen.last()?.totals.columns).toMatchObject({ queued: new Uint32Array([0]) });
    screen.close();
  });
});

test('limits come and go while requests flow, and none is lost', async () => {
  lab = await startLab({
    service: { time: { constant: 10 } },
    traffic: { paths: ['/'], open: { rate: 200, arrivals: 'poisson' } },
  });
  for (const maxInFlight of [1, 'unlimited', 2, 1, 3, 'unlimited'] as const) {
    await lab.command({ command: 'set-policies', policies: { limits: { maxInFlight } } });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { sent, completed, failed } = await quiesce(lab);
  expect(sent).toBeGreaterThan(100);
  expect([completed, failed]).toEqual([sent, 0]);
});
