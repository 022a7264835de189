import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_POLICIES } from '../../src/core/policies.ts';
import type { Lab } from '../../src/host/lab.ts';
import { startWebHost, type WebHost } from '../../src/web/web-host.ts';
import { startLab, until } from '../support/lab-fixture.ts';
import { type Family, parsePrometheus, sampleOf } from '../support/prometheus-text.ts';

/** The metrics of a lab in which things go wrong, against what its clients saw. */
let lab: Lab;
let host: WebHost;

beforeAll(async () => {
  lab = await startLab({
    count: 3,
    service: { time: { constant: 5 } },
    health: {
      active: { path: '/healthz', every: 200, timeout: 100, fall: 2, rise: 2 },
      passive: { failures: 3, base: 60_000, max: 60_000, maxShare: 0.5 },
      outliers: 'off',
      panic: 'off',
    },
    retry: { ...DEFAULT_POLICIES.retry, on: ['connect-failure', 'reset'], budget: 1 },
  });
  host = await startWebHost({ lab, host: '127.0.0.1', port: 0, ui: false });
});
afterAll(async () => {
  await host?.close();
  await lab?.stop();
});

async function scrape(): Promise<Map<string, Family>> {
  const headers = { Authorization: `Bearer ${host.token}` };
  return parsePrometheus(await (await fetch(`http://127.0.0.1:${host.port}/metrics`, { headers })).text());
}

it('adds up: requests, attempts, retries, failures by kind, ejections, checks, health and durations', async () => {
  const { url } = lab.state.proxy;
  const get = () => fetch(url).then(async (answer) => [answer.status, (await answer.text()).length] as const);
  const post = () => fetch(url, { method: 'POST', body: 'x'.repeat(100) }).then(({ status }) => status);
  await lab.command({ command: 'fault', origin: 'B', do: 'reset' });
  const answers: (readonly [number, number])[] = [];
  for (let request = 0; request < 30; request++) answers.push(await get());
  expect(new Set(answers.map(([status]) => status))).toEqual(new Set([200]));
  await lab.command({ command: 'fault', origin: 'A', do: 'drain' });
  expect(await post()).toBe(200);
  await until(
    async () => sampleOf(await scrape(), 'evenkeel_origin_status', { origin: 'A', status: 'drained' }) === 1,
    'A drained',
  );
  const families = await scrape();
  const value = (name: string, labels?: Record<string, string>): number =>
    sampleOf(families, `evenkeel_${name}`, labels) ?? Number.NaN;
  const sum = (name: string): number =>
    families.get(`evenkeel_${name}`)?.samples.reduce((total, one) => total + one.value, 0) ?? Number.NaN;

  expect(value('requests_total')).toBe(31);
  expect(value('requests_completed_total')).toBe(31);
  expect(value('requests_in_flight')).toBe(0);
  // Three resets in a row ejected B, and each request went on elsewhere.
  expect(value('origin_failures_total', { origin: 'B', kind: 'reset' })).toBe(3);
  expect(value('origin_breakdowns_total', { origin: 'B', request: 'retried' })).toBe(3);
  expect(value('origin_breakdowns_total', { origin: 'B', request: 'lost' })).toBe(0);
  expect(value('origin_ejections_total', { origin: 'B' })).toBe(1);
  expect(value('origin_status', { origin: 'B', status: 'ejected' })).toBe(1);
  expect(sum('origin_status')).toBe(3);
  expect(value('origin_available', { origin: 'B' })).toBe(0);
  expect(value('origin_process_up', { origin: 'B' })).toBe(1);
  expect(value('retries_total')).toBe(3);
  expect(sum('origin_retries_total')).toBe(3);
  expect(value('attempts_total')).toBe(34);
  expect(sum('origin_attempts_total')).toBe(34);
  expect(sum('origin_attempts_completed_total')).toBe(31);
  expect(sum('origin_attempts_failed_total')).toBe(3);
  expect(value('origin_health_checks_total', { origin: 'C', result: 'passed' })).toBeGreaterThan(0);
  expect(sum('origin_sent_bytes_total')).toBe(100);
  const bodies = answers.reduce((total, [, length]) => total + length, 0);
  expect(sum('origin_received_bytes_total')).toBe(bodies + (answers[0]?.[1] ?? 0));
  // Each answer took 5 ms at least.
  expect(value('request_duration_seconds_count')).toBe(31);
  expect(value('request_duration_seconds_bucket', { le: '0.0025' })).toBe(0);
  expect(value('request_duration_seconds_sum')).toBeGreaterThan(31 * 0.0045);
  expect(value('origin_queue_length', { origin: 'C' })).toBe(0);
  expect(value('origin_load', { origin: 'C' })).toBeGreaterThanOrEqual(0);
});
