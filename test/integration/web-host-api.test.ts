import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failureCode } from '../../src/core/failure.ts';
import { createColumns, type TableShape } from '../../src/protocol/columns.ts';
import { ATTEMPTS, type Frame, REASONS } from '../../src/protocol/frame.ts';
import { MAX_STREAMS } from '../../src/web/event-lines.ts';
import { startWebHost, type WebHost } from '../../src/web/web-host.ts';
import { emptyFrame } from '../support/empty-frame.ts';
import { parsePrometheus, sampleOf } from '../support/prometheus-text.ts';
import { STUB_STATE, StubLab, type StubSubscription } from '../support/stub-lab.ts';

let host: WebHost;
let lab: StubLab;

beforeAll(async () => {
  lab = new StubLab();
  host = await startWebHost({ lab, host: '127.0.0.1', port: 0, ui: false });
});
beforeEach(() => lab.subscriptions.clear());
afterAll(() => host.close());

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${host.port}${path}`, { ...init, headers: { Authorization: `Bearer ${host.token}` } });
const command = (body: unknown): Promise<Response> =>
  ask('/api/commands', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

function tableOf<S extends TableShape>(shape: S, rows: readonly { readonly [K in keyof S]: number }[]) {
  const columns = createColumns(shape, rows.length);
  rows.forEach((row, index) => {
    for (const name of Object.keys(shape)) (columns[name] as Float64Array)[index] = row[name] as number;
  });
  return { rows: rows.length, columns };
}

const STRINGS = ['', 'A', 'legacy "x"\\\n', '10.0.0.1', 'GET', '/path?q=1', 'random'];
const ATTEMPT = {
  request: 7,
  attempt: 1,
  last: 0,
  origin: 1,
  client: 3,
  method: 4,
  path: 5,
  strategy: 6,
  at: 1_700_000_000_123.4,
  status: 502,
  failure: failureCode('connect-refused'),
  reason: REASONS.indexOf('strategy'),
  connected: Number.NaN,
  firstByte: Number.NaN,
  total: 1.23456,
  waited: 0.5,
  inQueue: 0.25,
  queued: -1,
  received: 0,
  sent: 12,
};
const RETRY = {
  ...ATTEMPT,
  attempt: 2,
  last: 1,
  status: 200,
  failure: 0,
  reason: REASONS.indexOf('retry'),
  connected: 0.5,
  firstByte: 50,
  total: 50.25,
  received: 27,
};

function frameOf(change: Partial<Frame>): Frame {
  return {
    ...emptyFrame({ sequence: 1, now: 0, snapshot: false, sampling: 1, ended: 0 }),
    strings: STRINGS,
    ...change,
  };
}

async function subscription(): Promise<StubSubscription> {
  await expect.poll(() => lab.subscriptions.size).toBe(1);
  const [only] = lab.subscriptions;
  if (!only) throw new Error('no subscription');
  return only;
}

describe('GET /api/lab', () => {
  it('answers the whole state', async () => {
    const response = await ask('/api/lab');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual(STUB_STATE);
  });
});

describe('POST /api/commands', () => {
  it('hands the command to the lab as it is and answers ok', async () => {
    const response = await command({ command: 'marker', text: 'here' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
    expect(lab.commands.at(-1)).toEqual({ command: 'marker', text: 'here' });
  });

  it.each([
    [{ command: 'nonsense' }, 400, 'bad-command'],
    [null, 400, 'bad-command'],
    [[], 400, 'bad-command'],
    ['not json', 400, 'bad-command'],
    ['', 400, 'bad-command'],
    [{ command: 'marker', text: 'nowhere' }, 404, 'unknown-origin'],
    [{ command: 'marker', text: 'foreign' }, 409, 'not-ours'],
  ])('answers %j with %d', async (body, status, code) => {
    const response = await command(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code, message: expect.stringMatching(/\.$/) } });
  });

  it('refuses bytes that are not UTF-8', async () => {
    const response = await ask('/api/commands', { method: 'POST', body: new Uint8Array([0x22, 0xff, 0x22]) });
    expect(response.status).toBe(400);
  });

  it('keeps the details of a mistake of ours to itself', async () => {
    const response = await command({ command: 'marker', text: 'crash' });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toContain('"internal"');
    expect(text).not.toContain('secret detail');
  });

  it('keeps the connection for the next one after refusing', async () => {
    for (let index = 0; index < 5; index++) expect((await command('x'.repeat(100_000))).status).toBe(413);
    expect((await command({ command: 'marker', text: 'after' })).status).toBe(200);
  });
});

/** The lines of a stream as they come. */
async function* linesOf(response: Response): AsyncGenerator<Record<string, unknown>> {
  let rest = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}

describe('GET /api/events', () => {
  it('streams every attempt as a line and ends with the reader', async () => {
    const leave = new AbortController();
    const response = await ask('/api/events', { signal: leave.signal });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const stream = await subscription();
    expect(stream.everything).toBe(true);
    stream.push(frameOf({ ended: 2, attempts: tableOf(ATTEMPTS, [ATTEMPT, RETRY]) }));
    const lines = linesOf(response);
    expect((await lines.next()).value).toEqual({
      at: 1_700_000_000_123.4,
      request: 7,
      attempt: 1,
      last: false,
      origin: 'A',
      client: '10.0.0.1',
      method: 'GET',
      path: '/path?q=1',
      strategy: 'random',
      reason: 'strategy',
      status: 502,
      failure: 'connect-refused',
      connected_ms: null,
      first_byte_ms: null,
      total_ms: 1.235,
      waited_ms: 0.5,
      in_queue_ms: 0.25,
      queued_ms: null,
      received_bytes: 0,
      sent_bytes: 12,
    });
    expect((await lines.next()).value).toMatchObject({
      attempt: 2,
      last: true,
      reason: 'retry',
      failure: null,
      total_ms: 50.25,
    });
    expect(stream.unacknowledged).toBe(0);
    leave.abort();
    await expect.poll(() => lab.subscriptions.size).toBe(0);
  });

  it('says how many it had to leave out', async () => {
    const leave = new AbortController();
    const lines = linesOf(await ask('/api/events', { signal: leave.signal }));
    const stream = await subscription();
    stream.push(frameOf({ ended: 1001, attempts: tableOf(ATTEMPTS, [{ ...ATTEMPT, origin: 0 }]) }));
    expect((await lines.next()).value).toMatchObject({ request: 7, origin: null });
    expect((await lines.next()).value).toEqual({ missed: 1000 });
    leave.abort();
  });

  it('acknowledges no more than a slow reader takes', async () => {
    const leave = new AbortController();
    const response = await ask('/api/events', { signal: leave.signal });
    const stream = await subscription();
    const many = frameOf({
      ended: 1000,
      attempts: tableOf(
        ATTEMPTS,
        Array.from({ length: 1000 }, () => ATTEMPT),
      ),
    });
    for (let index = 0; index < 100; index++) stream.push(many); // about 25 MB of text
    await expect.poll(() => stream.unacknowledged).toBe(2);
    let read = 0;
    for await (const _ of linesOf(response)) if (++read === 100_000) break;
    expect(read).toBe(100_000);
    await expect.poll(() => stream.unacknowledged).toBe(0);
    leave.abort();
  });

  it('has a limit of streams', async () => {
    const leave = new AbortController();
    for (let index = 0; index < MAX_STREAMS; index++) await ask('/api/events', { signal: leave.signal });
    expect((await ask('/api/events')).status).toBe(503);
    leave.abort();
    await expect.poll(() => lab.subscriptions.size).toBe(0);
    expect((await ask('/api/events', { method: 'HEAD' })).status).toBe(200);
  });
});

describe('GET /metrics', () => {
  async function scrape(): Promise<string> {
    const response = await ask('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    return response.text();
  }

  it('counts requests and attempts, in all and per origin', async () => {
    const text = await scrape();
    const labels = '{origin="legacy \\"x\\"\\\\\\n"}';
    for (const line of [
      'evenkeel_build_info{version="0.0.0"} 1',
      'evenkeel_requests_total 100',
      'evenkeel_requests_completed_total 90',
      'evenkeel_requests_failed_total 7',
      'evenkeel_requests_in_flight 3',
      'evenkeel_requests_queued 1',
      'evenkeel_request_duration_seconds_bucket{le="0.01"} 50',
      'evenkeel_request_duration_seconds_bucket{le="+Inf"} 97',
      'evenkeel_request_duration_seconds_sum 123.45',
      'evenkeel_attempts_total 107',
      'evenkeel_forgotten_attempts_total 2',
      'evenkeel_retries_total 5',
      'evenkeel_origin_attempts_total{origin="A"} 60',
      'evenkeel_origin_attempts_failed_total{origin="A"} 1',
      'evenkeel_origin_failures_total{origin="A",kind="reset"} 1',
      'evenkeel_origin_breakdowns_total{origin="A",request="retried"} 1',
      'evenkeel_origin_ejections_total{origin="A"} 2',
      'evenkeel_origin_available{origin="A"} 1',
      'evenkeel_origin_status{origin="A",status="up"} 1',
      'evenkeel_origin_status{origin="A",status="ejected"} 0',
      'evenkeel_origin_weight{origin="A"} 2',
      'evenkeel_origin_attempt_duration_seconds_bucket{origin="A",le="0.001"} 58',
      'evenkeel_origin_attempt_duration_seconds_sum{origin="A"} 20.058',
      'evenkeel_origin_attempt_duration_seconds_count{origin="A"} 59',
      `evenkeel_origin_attempts_total${labels} 45`,
      'evenkeel_info{version="0.0.0",lab="A \\"quoted\\"\\nlab \\\\ with newline",strategy="round-robin"} 1',
      'evenkeel_start_time_seconds 1700000000',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('is well-formed, strictly read, with labels that survive it', async () => {
    const families = parsePrometheus(await scrape());
    expect(families.size).toBeGreaterThan(20);
    for (const { name } of families.values()) expect(name).toMatch(/^evenkeel_/);
    expect(sampleOf(families, 'evenkeel_origin_attempts_total', { origin: 'legacy "x"\\\n' })).toBe(45);
  });
});
