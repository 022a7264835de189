import { constants, getPriority } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_POLICIES, NO_HEALTH } from '../../src/core/policies.ts';
import type { Lab } from '../../src/host/lab.ts';
import { ask, askMany, tally } from '../support/http-client.ts';
import { alive, type LabOptions, quiesce, readFrames, startLab, until } from '../support/lab-fixture.ts';

let lab: Lab;
afterEach(() => lab?.stop());

/** Quick to see a death, slow to suspect an origin on a busy machine. @param timeout ms for an answer, which one that is frozen never gives */
const quickChecks = (timeout = 10_000) =>
  ({
    ...DEFAULT_POLICIES,
    health: { ...DEFAULT_POLICIES.health, active: { path: '/healthz', every: 100, timeout, fall: 3, rise: 2 } },
  }) satisfies LabOptions;

const origin = (name: string) => lab.state.origins.find((each) => each.name === name);
describe('an origin killed with SIGKILL', () => {
  test('loses no GET that comes after: the connect failure is retried at another origin', async () => {
    lab = await startLab();
    const port = lab.state.proxy.port;
    await askMany(port, 100);
    await lab.command({ command: 'fault', origin: 'B', do: 'kill' });
    await until(() => origin('B')?.process?.status === 'exited', 'B has ended');
    const answers = await askMany(port, 400);
    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 400 });
    expect(tally(answers.map(({ body }) => body))).not.toHaveProperty(
      `origin server response :${origin('B')?.address.split(':')[1]}`,
    );
  });

  test('is ejected after five failures, noticed down by its checks, and comes back after a restart', async () => {
    lab = await startLab(quickChecks());
    const port = lab.state.proxy.port;
    await lab.command({ command: 'fault', origin: 'B', do: 'kill' });
    await until(() => origin('B')?.process?.status === 'exited', 'B has ended');
    await askMany(port, 60);
    await until(() => origin('B')?.available === false, 'B is out');
    await until(() => origin('B')?.status === 'down', 'B is down');
    await lab.command({ command: 'fault', origin: 'B', do: 'restart' });
    await until(() => origin('B')?.status === 'up', 'B is back');
    const shares = tally((await askMany(port, 400)).map(({ body }) => body));
    expect(Object.values(shares)).toEqual([100, 100, 100, 100]);
    const told = lab.state.timeline.filter((entry) => entry.origin === 'B').map((entry) => entry.kind);
    expect(told).toEqual(expect.arrayContaining(['fault', 'noticed', 'returned']));
  });

  test('a POST that met the dead origin arrives elsewhere with its body whole', async () => {
    lab = await startLab({ count: 2 });
    const port = lab.state.proxy.port;
    await lab.command({ command: 'fault', origin: 'A', do: 'kill' });
    await until(() => origin('A')?.process?.status === 'exited', 'A has ended');
    const body = Buffer.alloc(1024 * 1024, 'x');
    for (let i = 0; i < 4; i++) expect((await ask(port, { method: 'POST', body })).status).toBe(200);
  });

  test('all of them: 502 while it is found out, 503 with a sentence once it is known', async () => {
    lab = await startLab({ count: 2, ...quickChecks() });
    const port = lab.state.proxy.port;
    for (const name of ['A', 'B']) await lab.command({ command: 'fault', origin: name, do: 'kill' });
    await until(() => lab.state.origins.every(({ available }) => !available), 'nothing is available');
    const answer = await ask(port);
    expect(answer.status).toBe(503);
    expect(answer.body).toBe('503 Service Unavailable: no origin is available\n');
    expect(lab.state.timeline.map(({ kind }) => kind)).toContain('outage');
    expect(tally((await askMany(port, 6)).map(({ status }) => status))).toEqual({ 503: 6 });
    await lab.command({ command: 'fault', origin: 'B', do: 'restart' });
    const over = (): string | undefined => lab.state.timeline.find(({ label }) => label === 'Outage over')?.text;
    await until(() => over() !== undefined, 'the outage is over');
    expect(over()).toBe('The outage is over: 7 requests got 503');
  });
});

test('a frozen origin is noticed by its checks, and goes on when thawed', async () => {
  lab = await startLab(quickChecks(2000));
  await lab.command({ command: 'fault', origin: 'C', do: 'freeze' });
  expect(origin('C')?.process?.status).toBe('frozen');
  await until(() => origin('C')?.status === 'down', 'C is noticed');
  expect(tally((await askMany(lab.state.proxy.port, 90)).map(({ status }) => status))).toEqual({ 200: 90 });
  await lab.command({ command: 'fault', origin: 'C', do: 'thaw' });
  await until(() => origin('C')?.status === 'up', 'C is back');
});

test('a hanging origin costs 504, an erring one its 500s, a resetting one 502; healed they cost nothing', async () => {
  lab = await startLab({
    count: 1,
    ...DEFAULT_POLICIES,
    health: NO_HEALTH,
    timeouts: { ...DEFAULT_POLICIES.timeouts, firstByte: 3000 },
  });
  const port = lab.state.proxy.port;
  await lab.command({ command: 'fault', origin: 'A', do: 'hang' });
  expect((await ask(port)).status).toBe(504);
  await lab.command({ command: 'fault', origin: 'A', do: 'heal' });
  await lab.command({ command: 'fault', origin: 'A', do: 'errors', share: 1 });
  expect((await ask(port)).status).toBe(500);
  await lab.command({ command: 'fault', origin: 'A', do: 'heal' });
  await lab.command({ command: 'fault', origin: 'A', do: 'reset' });
  const broken = await ask(port);
  expect([broken.status, broken.body]).toEqual([502, '502 Bad Gateway: origin A hung up before answering\n']);
  await lab.command({ command: 'fault', origin: 'A', do: 'heal' });
  expect((await ask(port)).status).toBe(200);
});

test('a drained origin finishes what it has and gets nothing new', async () => {
  lab = await startLab({ count: 2, service: { time: { constant: 3000 } } });
  const port = lab.state.proxy.port;
  const screen = readFrames(lab);
  const under = [ask(port), ask(port)];
  await until(() => screen.last()?.totals.columns.inFlight[0] === 2, 'both are under way');
  screen.close();
  await lab.command({ command: 'fault', origin: 'A', do: 'drain' });
  expect(origin('A')?.status).toBe('draining');
  expect((await Promise.all(under)).map(({ status }) => status)).toEqual([200, 200]);
  await until(() => origin('A')?.status === 'drained', 'A is drained');
  await lab.refresh();
  const before = origin('A')?.process?.received;
  await Promise.all([ask(port), ask(port), ask(port)]);
  await lab.refresh();
  expect(origin('A')?.process?.received).toBe(before);
  await lab.command({ command: 'fault', origin: 'A', do: 'resume' });
  expect(origin('A')?.status).toBe('up');
});

test('switching the strategy while 200 requests/s flow loses none', async () => {
  lab = await startLab({
    service: { time: { constant: 20 } },
    traffic: { paths: ['/'], open: { rate: 200, arrivals: 'poisson' } },
  });
  const strategies = [
    'random',
    'least-connections',
    'ip-hash',
    'power-of-two-choices',
    'weighted-round-robin',
    'round-robin',
  ];
  for (const strategy of strategies) {
    await lab.command({ command: 'set-strategy', strategy });
    expect(lab.state.strategy.use).toBe(strategy);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const { sent, completed, failed } = await quiesce(lab);
  expect(sent).toBeGreaterThan(200);
  expect([completed, failed]).toEqual([sent, 0]);
});

test('origins come and go while requests flow: spawned ones, and one run by someone else', async () => {
  lab = await startLab({ count: 2 });
  const port = lab.state.proxy.port;
  const stop = new AbortController();
  const statuses: number[] = [];
  const client = (async () => {
    while (!stop.signal.aborted) statuses.push((await ask(port)).status);
  })();
  const { origin: added } = await lab.command({ command: 'add-origin', origin: {} });
  expect(added?.name).toBe('C');
  const other = await startLab({ count: 1 });
  try {
    await lab.command({
      command: 'add-origin',
      origin: { name: 'legacy', url: `http://${other.state.origins[0]?.address}` },
    });
    expect(Object.keys(tally((await askMany(port, 40)).map(({ body }) => body)))).toHaveLength(4);
    await expect(lab.command({ command: 'fault', origin: 'legacy', do: 'kill' })).rejects.toThrow(
      /run by someone else/,
    );
    const pid = origin('A')?.process?.pid ?? 0;
    await lab.command({ command: 'remove-origin', origin: 'A' });
    await lab.command({ command: 'remove-origin', origin: 'legacy' });
    expect(alive(pid)).toBe(false);
    await askMany(port, 40);
  } finally {
    stop.abort();
    await client;
    await other.stop();
  }
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test('a client that leaves frees its place at the origin and in the balancer', async () => {
  lab = await startLab({ count: 1, service: { time: { constant: 10_000 } } });
  const port = lab.state.proxy.port;
  const { request } = await import('node:http');
  const screen = readFrames(lab);
  const leaving = request({ host: '127.0.0.1', port });
  leaving.on('error', () => undefined);
  leaving.end();
  await until(() => screen.last()?.origins.columns.inFlight[0] === 1, 'it is in flight');
  leaving.destroy();
  await until(() => screen.last()?.origins.columns.inFlight[0] === 0, 'it is not');
  await until(() => screen.last()?.totals.columns.failed[0] === 1, 'it is counted');
  screen.close();
});

test('stopping a lab leaves no process behind, not even a frozen one', async () => {
  lab = await startLab();
  const pids = lab.state.origins.map(({ process }) => process?.pid ?? 0);
  await lab.command({ command: 'fault', origin: 'D', do: 'freeze' });
  await lab.stop();
  expect(pids.filter(alive)).toEqual([]);
});

test('its origins stand back where processors are short', async () => {
  lab = await startLab({ count: 2 });
  for (const { process } of lab.state.origins) {
    expect(getPriority(process?.pid)).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
  }
});
