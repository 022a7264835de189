import { afterEach, expect, it } from 'vitest';
import { BREAKER, DEFAULT_POLICIES, NO_HEALTH } from '../../src/core/policies.ts';
import type { Lab } from '../../src/host/lab.ts';
import { startWebHost, type WebHost } from '../../src/web/web-host.ts';
import { ask, tally } from '../support/http-client.ts';
import { startLab, until } from '../support/lab-fixture.ts';
import { parsePrometheus, sampleOf } from '../support/prometheus-text.ts';

let lab: Lab;
let host: WebHost | undefined;
afterEach(async () => {
  await host?.close();
  host = undefined;
  await lab?.stop();
});

/** ms; much has to be seen in each, also on a machine that is busy with something else. */
const OPEN = 3000;
const RECOVER = 3000;

const startGuarded = async (): Promise<void> => {
  lab = await startLab({
    ...DEFAULT_POLICIES,
    count: 2,
    service: { time: { constant: 2 } },
    health: NO_HEALTH,
    breaker: { ...BREAKER, open: OPEN, recover: RECOVER },
  });
  await until(() => breaker()?.state === 'closed', 'closed');
};

const breaker = () => lab.state.balancer.breaker;
const received = async (): Promise<number> => {
  await lab.refresh();
  return lab.state.origins.reduce((sum, { process }) => sum + (process?.received ?? 0), 0);
};
const setErrors = async (share: number): Promise<void> => {
  for (const origin of ['A', 'B']) await lab.command({ command: 'fault', origin, do: 'errors', share });
};
/** Asks again and again, several at once, until the breaker's state is told to be another. */
async function askWhile(state: 'closed' | 'open' | 'recovering'): Promise<number[]> {
  const statuses: number[] = [];
  await until(async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask(lab.state.proxy.port)));
    statuses.push(...answers.map(({ status }) => status));
    return breaker()?.state !== state;
  }, `no longer ${state}`);
  return statuses;
}

it('opens on errors, refuses all without asking an origin, lets a growing share in and closes when they are well', async () => {
  await startGuarded();
  const { port } = lab.state.proxy;
  host = await startWebHost({ lab, host: '127.0.0.1', port: 0, ui: false });
  await setErrors(1);
  const failing = tally(await askWhile('closed'));
  expect(failing[500]).toBeGreaterThanOrEqual(BREAKER.minRequests);
  expect(Object.keys(failing).filter((status) => status !== '500' && status !== '503')).toEqual([]);
  const { since = 0, until: end = 0, why } = breaker() ?? {};
  expect([end - since, why]).toEqual([OPEN, expect.stringMatching(/^100 % of the last \d+ requests failed$/)]);
  const reached = await received();
  const answer = await ask(port);
  expect([answer.status, answer.body]).toEqual([
    503,
    '503 Service Unavailable: the circuit breaker refused it, as too many requests failed or were slow\n',
  ]);
  if (breaker()?.state === 'open') expect(await received()).toBe(reached);
  await setErrors(0);
  await askWhile('open');
  expect(breaker()).toMatchObject({ state: 'recovering', since: since + OPEN, until: since + OPEN + RECOVER, why });

  const recovering = tally(await askWhile('recovering'));
  expect(recovering).toMatchObject({ 200: expect.any(Number), 503: expect.any(Number) });
  expect(Object.keys(recovering)).toEqual(['200', '503']);
  expect(breaker()).toEqual({ state: 'closed', since: since + OPEN + RECOVER, why: '' });
  expect(tally((await Promise.all(Array.from({ length: 50 }, () => ask(port)))).map(({ status }) => status))).toEqual({
    200: 50,
  });

  const told = lab.state.timeline.map(({ label }) => label).filter((label) => label?.startsWith('Circuit'));
  expect(told).toEqual(['Circuit open', 'Circuit recovering', 'Circuit closed']);
  const headers = { Authorization: `Bearer ${host.token}` };
  const families = parsePrometheus(await (await fetch(`http://127.0.0.1:${host.port}/metrics`, { headers })).text());
  expect(sampleOf(families, 'evenkeel_requests_refused_total', { kind: 'circuit-open' })).toBeGreaterThan(0);
  expect(sampleOf(families, 'evenkeel_circuit_breaker_state', { state: 'closed' })).toBe(1);
  expect(sampleOf(families, 'evenkeel_circuit_breaker_state', { state: 'open' })).toBe(0);
});

it('opens again while it recovers when what it lets in still fails, and lets go when it is switched off', async () => {
  await startGuarded();
  await setErrors(1);
  await askWhile('closed');
  await askWhile('open');
  const recovering = await askWhile('recovering');
  expect(breaker()?.state).toBe('open');
  expect(tally(recovering)[500]).toBeGreaterThanOrEqual(BREAKER.minRequests - 1);
  await lab.command({ command: 'set-policies', policies: { breaker: 'off' } });
  await until(() => breaker() === undefined, 'switched off');
  expect((await ask(lab.state.proxy.port)).status).toBe(500);
});
