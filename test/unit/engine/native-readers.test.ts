import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BodyReader } from '../../../src/engine/native/body-reader.ts';
import { HeadReader } from '../../../src/engine/native/head-reader.ts';
import { MessageError, parseRequestHead, parseResponseHead } from '../../../src/engine/native/message-head.ts';
import { collectGarbage } from '../../support/garbage.ts';

/** What reading some bytes led to. */
interface Outcome {
  readonly start: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[];
  /** Bytes of the message; the rest belongs to the next one. */
  readonly length: number;
  readonly end: 'done' | 'more' | 'error';
}

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** Reads one message from bytes that come in these pieces. */
function read(kind: 'request' | 'response', pieces: readonly Buffer[]): Outcome {
  const heads = new HeadReader();
  let head: ReturnType<typeof parseRequestHead> | ReturnType<typeof parseResponseHead> | undefined;
  let start = '';
  let reader: BodyReader | undefined;
  let body = '';
  let length = 0;
  const outcome = (end: Outcome['end']): Outcome => ({
    start,
    fields: (head?.fields ?? []).map(({ name, value }) => [name, value] as const),
    body,
    trailers: (reader?.trailers ?? []).map(({ name, value }) => [name, value] as const),
    length,
    end,
  });
  try {
    for (const piece of pieces) {
      let at = 0;
      if (!reader) {
        const text = heads.read(piece, 0);
        if (text === undefined) {
          length += piece.length;
          continue;
        }
        at = heads.next;
        start = text.slice(0, text.indexOf('\r\n') < 0 ? undefined : text.indexOf('\r\n'));
        head = kind === 'request' ? parseRequestHead(text) : parseResponseHead(text, false);
        reader = new BodyReader(head.framing, head.contentLength ?? 0);
      }
      const stopped = reader.read(piece, at, {
        bodyData: (data) => {
          body += data.toString('latin1');
        },
      });
      expect(stopped).toBeGreaterThanOrEqual(at);
      expect(stopped).toBeLessThanOrEqual(piece.length);
      length += stopped;
      if (reader.done) return outcome('done');
      expect(stopped).toBe(piece.length);
    }
  } catch (error) {
    // Anything else would leave the boundary, and the process with it.
    if (!(error instanceof MessageError)) throw error;
    expect(error.status).toBeGreaterThanOrEqual(400);
    return outcome('error');
  }
  return outcome('more');
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Cuts a text at these shares of its length. */
function cut(text: string, shares: readonly number[]): Buffer[] {
  const at = [0, ...shares.map((share) => Math.floor(share * text.length)), text.length].sort((a, b) => a - b);
  return at.slice(1).map((to, i) => bytes(text.slice(at[i], to)));
}

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
const value = fc.stringMatching(/^[!-~\x80-\xff](?:[ -~\x80-\xff]{0,20}[!-~\x80-\xff])?$/);
/** Names that would change the framing are written by the test itself. */
const field = fc
  .tuple(token, value)
  .filter(([name]) => !/^(content-length|transfer-encoding|host|connection|upgrade)$/i.test(name));
/** Any bytes, one character each. */
const noise = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map((octets) => Buffer.from(octets).toString('latin1'));
const data = noise(60);
const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

interface Sent {
  readonly text: string;
  readonly body: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly trailers: readonly (readonly [string, string])[];
}

/** A message that is right, and what has to be read from it. */
const message = (start: string): fc.Arbitrary<Sent> =>
  fc
    .record({
      fields: fc.array(field, { maxLength: 6 }),
      chunks: fc.array(data, { maxLength: 5 }),
      chunked: fc.boolean(),
      trailers: fc.array(field, { maxLength: 3 }),
      extension: fc.constantFrom('', ';a', ';a=b', ' ; a="b"'),
    })
    .map(({ fields, chunks, chunked, trailers, extension }) => {
      const body = chunks.join('');
      const lines = (list: readonly (readonly [string, string])[]): string =>
        list.map(([name, text]) => `${name}: ${text}\r\n`).join('');
      const lower = (list: readonly (readonly [string, string])[]): (readonly [string, string])[] =>
        list.map(([name, text]) => [name.toLowerCase(), text] as const);
      const written = chunks
        .filter((chunk) => chunk !== '')
        .map((chunk) => `${chunk.length.toString(16)}${extension}\r\n${chunk}\r\n`)
        .join('');
      const framing = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
      const head = `${start}\r\nHost: x\r\n${lines(fields)}${framing}\r\n\r\n`;
      return {
        text: chunked ? `${head}${written}0${extension}\r\n${lines(trailers)}\r\n` : head + body,
        body,
        fields: [['host', 'x'], ...lower(fields), framing.toLowerCase().split(': ') as [string, string]],
        trailers: chunked ? lower(trailers) : [],
      };
    });

describe.each([
  ['request', 'POST /path?a=b HTTP/1.1'],
  ['response', 'HTTP/1.1 200 OK'],
] as const)('reading a %s', (kind, start) => {
  test('finds what was written, however it is cut, and stops where the next message begins', () => {
    fc.assert(
      fc.property(message(start), shares, data, (sent, at, next) => {
        const outcome = read(kind, cut(sent.text + next, at));
        expect(outcome).toEqual({
          start,
          fields: sent.fields,
          body: sent.body,
          trailers: sent.trailers,
          length: sent.text.length,
          end: 'done',
        });
      }),
      { numRuns: 500 },
    );
  });

  test('of damaged bytes comes to the same end however they are cut, and never to a foreign error', () => {
    const damage = fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        remove: fc.nat({ max: 4 }),
        put: fc.oneof(
          fc.constantFrom('\r', '\n', '\r\n', '\r\n\r\n', ':', ' ', '\t', '\0', ';', ',', '-', '+', '0', 'f', GET),
          fc.constantFrom(
            'Content-Length: 3\r\n',
            'Transfer-Encoding: chunked\r\n',
            'Content-Length: 1, 2\r\n',
            'X : y\r\n',
          ),
          data,
        ),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(message(start), damage, shares, (sent, spots, at) => {
        let text = sent.text;
        for (const spot of spots) {
          const from = Math.floor(spot.at * text.length);
          text = text.slice(0, from) + spot.put + text.slice(from + spot.remove);
        }
        const whole = read(kind, [bytes(text)]);
        const inPieces = read(kind, cut(text, at));
        const single = read(kind, [...text].map(bytes));
        // Where it breaks, fewer pieces may have shown more of it before; what is whole must be the same.
        expect([inPieces.end, single.end]).toEqual([whole.end, whole.end]);
        if (whole.end === 'done') expect([inPieces, single]).toEqual([whole, whole]);
        expect(whole.body.startsWith(single.body) || single.body.startsWith(whole.body)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('of any bytes whatever ends in a message, an error or a wait', () => {
    fc.assert(
      fc.property(noise(300), shares, (text, at) => {
        expect(['done', 'more', 'error']).toContain(read(kind, cut(`${start}\r\nHost: x\r\n${text}`, at)).end);
        expect(['more', 'error']).toContain(read(kind, cut(text.replaceAll('HTTP', 'HTCP'), at)).end);
      }),
      { numRuns: 300 },
    );
  });
});

test('what is read as one message is never two: no body is longer than its length says', () => {
  fc.assert(
    fc.property(fc.nat({ max: 50 }), data, shares, (length, rest, at) => {
      const head = `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;
      const outcome = read('response', cut(head + rest, at));
      expect(outcome.body).toBe(rest.slice(0, length));
      expect(outcome.end).toBe(rest.length >= length ? 'done' : 'more');
    }),
  );
});

test('a part of a head that somebody keeps does not keep what followed the head', () => {
  const bytes = Buffer.from(`${GET}${'x'.repeat(4000)}`);
  const heads = new HeadReader();
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 5000 }, () => heads.read(bytes, 0)?.slice(0, 20));
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5e6);
  expect(new Set(kept)).toEqual(new Set([GET.slice(0, 20)]));
});
