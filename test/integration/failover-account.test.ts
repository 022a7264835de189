import { afterEach, expect, test } from 'vitest';
import type { RetryPolicy } from '../../src/core/policies.ts';
import { DEFAULT_POLICIES } from '../../src/core/policies.ts';
import type { Lab } from '../../src/host/lab.ts';
import { ask } from '../support/http-client.ts';
import { readFrames, startLab, until } from '../support/lab-fixture.ts';

let lab: Lab;
afterEach(() => lab?.stop());

/** Kills B while requests come, brings it back, and answers what clients saw, what the balancer counted and what was told. */
async function killUnderLoad(retry: RetryPolicy) {
  lab = await startLab({
    ...DEFAULT_POLICIES,
    health: { ...DEFAULT_POLICIES.health, active: { path: '/healthz', every: 500, timeout: 5000, fall: 3, rise: 2 } },
    retry,
    service: { time: { constant: 30 } },
  });
  const { port } = lab.state.proxy;
  const screen = readFrames(lab);
  const b = () => lab.state.origins.find(({ name }) => name === 'B');
  let failed = 0;
  let over = false;
  const clients = (async () => {
    while (!over) {
      // An answer that breaks off, or a connection that is cut, is a lost request like any other.
      const answers = await Promise.all(Array.from({ length: 40 }, () => ask(port).catch(() => ({ status: 0 }))));
      failed += answers.filter(({ status }) => status !== 200).length;
    }
  })();
  await until(() => (screen.last()?.totals.columns.completed[0] ?? 0) > 40, 'requests flow');
  await lab.command({ command: 'fault', origin: 'B', do: 'kill' });
  await until(() => b()?.available === false && b()?.process?.status === 'exited', 'B is out');
  await lab.command({ command: 'fault', origin: 'B', do: 'restart' });
  const told = await until(
    () => lab.state.timeline.find(({ kind, origin }) => kind === 'returned' && origin === 'B'),
    'B is back',
  );
  over = true;
  await clients;
  if (!told) throw new Error('told without an entry');
  await until(() => screen.last()?.totals.columns.inFlight[0] === 0, 'all have ended');
  const retries = screen.last()?.totals.columns.retries[0] ?? 0;
  screen.close();
  const noticed = lab.state.timeline.find(
    ({ kind, origin }) => origin === 'B' && (kind === 'noticed' || kind === 'ejected'),
  );
  return { failed, retries, told: told.failover, noticed: noticed?.failover };
}

test('without retries, what the account calls lost is what clients lost', async () => {
  const { failed, noticed, told } = await killUnderLoad({ ...DEFAULT_POLICIES.retry, attempts: 1 });
  expect(told).toEqual({
    noticedAfter: expect.any(Number),
    retried: 0,
    lost: failed,
    recoveredAfter: expect.any(Number),
  });
  expect(failed).toBeGreaterThan(0);
  expect(noticed).toEqual(told);
});

test('with retries, what it calls retried is what the balancer tried again, and the rest is lost', async () => {
  const { failed, retries, told } = await killUnderLoad({
    ...DEFAULT_POLICIES.retry,
    on: ['connect-failure', 'reset'],
    budget: 1,
  });
  expect(told).toMatchObject({ retried: retries, lost: failed });
  expect(told?.retried).toBeGreaterThan(0);
});
