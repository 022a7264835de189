import { describe, expect, it } from 'vitest';
import { curlOf } from '../../../../renderer/features/log/detail/curl.ts';
import { phasesOf, ticksOf } from '../../../../renderer/features/log/detail/phases.ts';
import { whyWords } from '../../../../renderer/features/log/detail/why.ts';
import { csvLine } from '../../../../renderer/features/log/export/csv.ts';
import { exportLog } from '../../../../renderer/features/log/export/export-log.ts';
import { decisionWords, outcomeWords } from '../../../../renderer/features/requests/request-words.ts';
import { type FailureKind, failureCode } from '../../../../src/core/failure.ts';
import type { CandidateDetail, DecisionDetail } from '../../../../src/protocol/request-detail.ts';
import { rowOf } from './rows.ts';

const host = { base: 'http://127.0.0.1:8080', version: '1.2.3' };
const refused = failureCode('connect-refused');

describe('exportLog', () => {
  it('writes CSV as RFC 4180 has it', async () => {
    const text = await (await exportLog([rowOf({ path: '/a,"b"', waited: 2.5 })], 'csv', host)).text();
    const [head, line, end] = text.split('\r\n');
    expect(head?.split(',').slice(0, 4)).toEqual(['request', 'time', 'method', 'path']);
    expect(line).toBe('1,2023-11-14T22:13:19.997Z,GET,"/a,""b""",10.0.0.1,A,200,52.5,10,1,round-robin,strategy,,30,0');
    expect(end).toBe('');
  });

  it('lets no spreadsheet run what a client sent', () => {
    expect(csvLine(rowOf({ client: '=HYPERLINK("x")' }))).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it('writes HAR 1.2 whose times add up', async () => {
    const rows = Array.from({ length: 1001 }, (_, request) => rowOf({ request, waited: 5, path: '/p?q=1&r=a%20b' }));
    rows[0] = rowOf({
      origin: '',
      status: 503,
      failure: failureCode('none-available'),
      connected: 0,
      firstByte: 0,
      total: 0,
      queued: -1,
    });
    const { log } = JSON.parse(await (await exportLog(rows, 'har', host)).text());
    expect(log).toMatchObject({ version: '1.2', creator: { name: 'Evenkeel', version: '1.2.3' } });
    expect(log.entries).toHaveLength(1001);
    for (const { time, timings } of log.entries) {
      const parts = Object.values(timings as Record<string, number>).filter((value) => value >= 0);
      expect(parts.reduce((sum, value) => sum + value, 0)).toBeCloseTo(time, 3);
    }
    expect(log.entries[0]).toMatchObject({ _failure: 'none-available', _queued: null, timings: { connect: -1 } });
    expect(log.entries[1]).toMatchObject({
      time: 55,
      request: {
        url: 'http://127.0.0.1:8080/p?q=1&r=a%20b',
        queryString: [
          { name: 'q', value: '1' },
          { name: 'r', value: 'a b' },
        ],
      },
      timings: { blocked: 5, connect: 1, wait: 39, receive: 10 },
      _origin: 'A',
    });
    const empty = await exportLog([], 'har', host);
    expect(JSON.parse(await empty.text()).log.entries).toEqual([]);
  });
});

describe('an address in a HAR file', () => {
  it.each([
    ['/p?q=1', 'http://127.0.0.1:8080/p?q=1'],
    ['/a,"b"<c>', 'http://127.0.0.1:8080/a,%22b%22%3Cc%3E'],
    ['//double//slash', 'http://127.0.0.1:8080//double//slash'],
    ['http://example.org/x', 'http://example.org/x'],
    ['*', 'http://127.0.0.1:8080/'],
    ['(a target that is none)', 'http://127.0.0.1:8080/'],
  ])('of %j can be read', async (path, url) => {
    const { log } = JSON.parse(await (await exportLog([rowOf({ path })], 'har', host)).text());
    expect(log.entries[0].request.url).toBe(url);
  });
});

describe('the decision in a row', () => {
  const none = (kind: FailureKind) => decisionWords(rowOf({ origin: '', reason: 'none', failure: failureCode(kind) }));

  it('of a request that got to no origin says why', () => {
    expect(none('none-available')).toBe('No origin was available');
    expect(none('queue-full')).toBe('No origin was available');
    expect(none('circuit-open')).toBe('The circuit is open');
    expect(none('bad-request')).toBe('No origin was asked');
    expect(none('client-gone')).toBe('No origin was asked');
  });
});

describe('curlOf', () => {
  it('sends the same once more, as the same client where the lab believes it', () => {
    expect(curlOf(rowOf(), { base: host.base, trusted: false })).toBe("curl 'http://127.0.0.1:8080/'");
    expect(curlOf(rowOf({ method: 'POST', path: "/it's?a=$(x)" }), { base: host.base, trusted: true })).toBe(
      "curl -X 'POST' -H 'X-Forwarded-For: 10.0.0.1' 'http://127.0.0.1:8080/it'\\''s?a=$(x)'",
    );
    expect(curlOf(rowOf({ method: 'HEAD' }), { base: host.base, trusted: false })).toContain('--head');
  });
});

describe('a waterfall', () => {
  it('has the phases in order, and only those that were reached', () => {
    const phases = (change: Parameters<typeof rowOf>[0]) =>
      phasesOf(rowOf(change)).map(({ phase, from, length }) => [phase, from, length]);
    expect(phases({ waited: 5 })).toEqual([
      ['connect', 5, 1],
      ['queued', 6, 10],
      ['answer', 16, 29],
      ['body', 45, 10],
    ]);
    expect(phases({ connected: 0, firstByte: 0, total: 3, queued: -1 })).toEqual([['connect', 0, 3]]);
    expect(phases({ firstByte: 0, queued: -1 }).map(([phase]) => phase)).toEqual(['connect', 'answer']);
    expect(phases({ waited: 12, inQueue: 8 })[0]).toEqual(['line', 4, 8]);
    expect(phases({ queued: 500 })[1]).toEqual(['queued', 1, 39]);
  });

  it('has round ticks', () => {
    expect(ticksOf(52)).toEqual([0, 20, 40]);
    expect(ticksOf(0)).toEqual([0]);
  });
});

describe('words', () => {
  it('say what became of a request', () => {
    const first = rowOf({ last: false, failure: refused, status: 0, total: 1 });
    const second = rowOf({ attempt: 2, origin: 'B', waited: 1.5, total: 58.5 });
    expect(outcomeWords([first, second])).toBe('A refused the connection, then B answered 200 after 60 ms.');
    expect(outcomeWords([second])).toBe('B answered 200 in the last of 2 attempts after 60 ms.');
    expect(outcomeWords([rowOf({ origin: '', status: 503, failure: failureCode('none-available'), total: 0 })])).toBe(
      'No origin is available; the client got 503 after 0.0 ms.',
    );
  });

  const candidate = (origin: string, value: number, label: string, more: Partial<CandidateDetail> = {}) => ({
    origin,
    available: true,
    status: 'up',
    tried: false,
    figures: [{ label, value }],
    ...more,
  });
  const decision = (candidates: CandidateDetail[], more: Partial<DecisionDetail> = {}): DecisionDetail => ({
    attempt: 1,
    at: 0,
    strategy: 'power-of-two-choices',
    reason: 'strategy',
    chosen: 'B',
    candidates,
    ...more,
  });

  it('say why, only where the figures do', () => {
    const busy = (a: number, b: number) => [candidate('A', a, 'in flight'), candidate('B', b, 'in flight')];
    expect(whyWords(decision(busy(3, 1)))).toBe('B had the least “in flight” (1); the next had 3.');
    expect(whyWords(decision(busy(1, 1)))).toBe('B was one of 2 with the least “in flight” (1).');
    expect(whyWords(decision(busy(1, 3)))).toMatch(/^Power of two choices: Two origins are drawn/);
    expect(whyWords(decision([candidate('A', 0.5, 'chance'), candidate('B', 0.5, 'chance')]))).toContain('50.0\u00a0%');
    expect(
      whyWords(
        decision(
          [
            candidate('A', 0, 'in flight', { tried: true }),
            candidate('B', 2, 'in flight'),
            candidate('C', 4, 'in flight'),
          ],
          { reason: 'retry' },
        ),
      ),
    ).toBe('After A failed, others went first. B had the least “in flight” (2); the next had 4.');
    expect(whyWords(decision([], { reason: 'only-one' }))).toBe('B was the only origin available.');
    expect(whyWords(decision([], { reason: 'none', chosen: '' }))).toContain('No origin was available');
  });
});
