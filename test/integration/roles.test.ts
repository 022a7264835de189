import { afterEach, expect, test } from 'vitest';
import { DEFAULT_POLICIES, PANIC, SLOW_START } from '../../src/core/policies.ts';
import type { Lab } from '../../src/host/lab.ts';
import { askMany, tally } from '../support/http-client.ts';
import { startLab, until } from '../support/lab-fixture.ts';

let lab: Lab;
afterEach(() => lab?.stop());

const origin = (name: string) => lab.state.origins.find((each) => each.name === name);
/** Requests that each origin has received, as it counts them. */
const received = async () => {
  await lab.refresh();
  return Object.fromEntries(lab.state.origins.map(({ name, process }) => [name, process?.received ?? 0]));
};
const health = {
  // A busy machine is no reason to fall: those killed refuse at once.
  active: { path: '/healthz', every: 100, timeout: 5000, fall: 2, rise: 2 },
  passive: 'off',
  outliers: 'off',
  panic: 'off',
} as const;

test('a backup steps in when the others are gone, and one command makes it an origin like the others', async () => {
  lab = await startLab({ count: 3, health });
  const { port } = lab.state.proxy;
  await lab.command({ command: 'set-role', origin: 'C', role: { backup: true } });
  expect(origin('C')).toMatchObject({ available: true, levelLoad: 0, expectedShare: 0, definition: { backup: true } });
  const first = await askMany(port, 40);
  expect(tally(first.map(({ status }) => status))).toEqual({ 200: 40 });
  expect(await received()).toMatchObject({ A: 20, B: 20, C: 0 });
  for (const name of ['A', 'B']) await lab.command({ command: 'fault', origin: name, do: 'kill' });
  await until(() => origin('C')?.levelLoad === undefined, 'C carries everything');
  const answers = await askMany(port, 20);
  expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 20 });
  expect((await received()).C).toBe(20);
  for (const name of ['A', 'B']) await lab.command({ command: 'fault', origin: name, do: 'restart' });
  await until(() => origin('C')?.levelLoad === 0, 'C rests again');
  await lab.command({ command: 'set-role', origin: 'C', role: {} });
  expect(lab.state.undo?.label).toBe('role of C');
  await lab.command({ command: 'undo' });
  expect(lab.state.lab.origins[2]).toMatchObject({ name: 'C', backup: true });
  expect(lab.labFile()).toContain('backup: true');
});

test('a panic uses what is down, too, and says so; what comes back then warms up', async () => {
  lab = await startLab({
    count: 3,
    health: { ...health, panic: PANIC },
    slowStart: { ...SLOW_START, window: 1500 },
    retry: { ...DEFAULT_POLICIES.retry, attempts: 1 },
  });
  const { port } = lab.state.proxy;
  for (const name of ['A', 'B']) await lab.command({ command: 'fault', origin: name, do: 'kill' });
  await until(() => lab.state.balancer.panic, 'panic');
  await until(() => origin('A')?.panic && origin('B')?.panic, 'both are used');
  const answers = await askMany(port, 30);
  expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 10, 502: 20 });
  await lab.command({ command: 'fault', origin: 'A', do: 'restart' });
  await until(() => origin('A')?.warmth !== undefined, 'A warms up');
  expect([lab.state.balancer.panic, origin('A')?.panic]).toEqual([false, undefined]);
  await until(() => origin('A')?.warmth === undefined, 'A is warm');
  const told = lab.state.timeline.map(({ label }) => label);
  expect(told).toEqual(expect.arrayContaining(['Panic', 'Panic over']));
});
