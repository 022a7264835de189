import { expect } from 'vitest';
import { type Bench, conformance, OK } from './conformance.ts';
import { statusOf } from './message.ts';

const REFUSED = [400, 413, 501];
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';

const post = (headers: readonly string[], body: string, version = 'HTTP/1.1'): string =>
  `${[`POST / ${version}`, 'Host: x', ...headers].join('\r\n')}\r\n\r\n${body}`;

/**
 * Sends bytes that two parsers may read differently. The proxy may refuse them and close, or pass on exactly one request
 * that nobody can misread, with this body; what the origin's strict reader takes offence at fails the test by itself.
 */
async function oneOrNone(bench: Bench, bytes: string, body: string): Promise<void> {
  bench.origin.answerAll(OK);
  const client = await bench.client();
  client.send(bytes);
  const answer = await client.message('response');
  if (statusOf(answer) === 200) {
    expect(bench.origin.requests.map((seen) => seen.body)).toEqual([body]);
  } else {
    expect(REFUSED).toContain(statusOf(answer));
    await client.closed();
    expect(bench.origin.requests).toEqual([]);
  }
  await bench.expectAlive();
  expect(bench.origin.requests.map(({ target }) => target)).not.toContain('/smuggled');
}

conformance('ambiguous requests', (check) => {
  for (const [what, headers] of [
    ['Content-Length first', ['Content-Length: 6', 'Transfer-Encoding: chunked']],
    ['Transfer-Encoding first', ['Transfer-Encoding: chunked', 'Content-Length: 6']],
    ['in another case', ['content-length: 6', 'TRANSFER-ENCODING: Chunked']],
    ['with a length of 0', ['Content-Length: 0', 'Transfer-Encoding: chunked']],
  ] as const) {
    check(`3: both lengths: refused, or Content-Length dropped and closed: ${what}`, async (bench) => {
      bench.origin.answerAll(OK);
      const client = await bench.client();
      client.send(post(headers, `0\r\n\r\n${SMUGGLED}`));
      const answer = await client.message('response');
      if (statusOf(answer) === 200) expect(bench.origin.requests.map(({ body }) => body)).toEqual(['']);
      else expect([statusOf(answer), bench.origin.requests]).toEqual([400, []]);
      await client.closed();
      expect(client.text).toBe('');
      await bench.expectAlive();
      expect(bench.origin.requests.map(({ target }) => target)).not.toContain('/smuggled');
    });
  }

  for (const [what, headers] of [
    ['xchunked', ['Transfer-Encoding: xchunked']],
    ['gzip', ['Transfer-Encoding: gzip']],
    ['identity', ['Transfer-Encoding: identity']],
    ['chunked, identity', ['Transfer-Encoding: chunked, identity']],
    ['chunked, gzip', ['Transfer-Encoding: chunked, gzip']],
    ['chunked on one line, identity on the next', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']],
    ['an empty coding', ['Transfer-Encoding:']],
    ['a quoted coding', ['Transfer-Encoding: "chunked"']],
    ['a parameter', ['Transfer-Encoding: chunked;q=1']],
    ['a vertical tab before it', ['Transfer-Encoding: \x0bchunked']],
    ['a NUL after it', ['Transfer-Encoding: chunked\0']],
    ['a space before the colon', ['Transfer-Encoding : chunked']],
    ['a tab before the colon', ['Transfer-Encoding\t: chunked']],
    ['a folded line', ['Transfer-Encoding:', ' chunked']],
    ['a leading space before the name', ['X: y', ' Transfer-Encoding: chunked']],
  ] as const) {
    for (const length of [false, true]) {
      const all = length ? [...headers, 'Content-Length: 5'] : headers;
      check(`3: final coding not chunked${length ? ', with a length' : ''}: ${what}`, async (bench) => {
        // A folded line is obsolete; it may be unfolded instead (RFC 9112 §5.2), and then these are fine requests.
        if (what.includes('folded') || what.includes('leading')) {
          const body = what.includes('folded') ? '0\r\n\r\n' : length ? '0\r\n\r\n' : '';
          await oneOrNone(bench, post(all, body), what.includes('folded') ? '' : body);
        } else await bench.expectRefused(post(all, '0\r\n\r\n'), REFUSED);
      });
    }
  }

  for (const [what, headers] of [
    ['chunked twice on one line', ['Transfer-Encoding: chunked, chunked']],
    ['chunked on two lines', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
    ['gzip, chunked', ['Transfer-Encoding: gzip, chunked']],
    ['identity, chunked', ['Transfer-Encoding: identity, chunked']],
    ['an empty member', ['Transfer-Encoding: , chunked']],
    ['spaces around it', ['Transfer-Encoding:  \t chunked \t']],
  ] as const) {
    check(`3: codings before the final chunked: one request or none: ${what}`, async (bench) =>
      oneOrNone(bench, post(headers, '5\r\nhello\r\n0\r\n\r\n'), 'hello'),
    );
  }

  check('3: Transfer-Encoding in HTTP/1.0 is faulty: refused, or closed afterwards', async (bench) => {
    bench.origin.answerAll(OK);
    const client = await bench.client();
    client.send(post(['Connection: keep-alive', 'Transfer-Encoding: chunked'], `0\r\n\r\n${SMUGGLED}`, 'HTTP/1.0'));
    await client.message('response');
    await client.closed();
    expect(bench.origin.requests.map(({ target }) => target)).not.toContain('/smuggled');
  });

  for (const value of ['+5', '-5', '5 5', ' 5 5', '0x5', '5a', 'five', '5, 6', '5;', '٥', '1e1', '5.0', '"5"']) {
    check(`3: Content-Length ${JSON.stringify(value)} is refused`, async (bench) =>
      bench.expectRefused(post([`Content-Length: ${value}`], 'hello'), REFUSED),
    );
  }

  for (const value of [
    '18446744073709551621',
    '99999999999999999999999',
    '9007199254740993000',
    `5${'0'.repeat(300)}`,
  ]) {
    check(`3: Content-Length ${value.slice(0, 24)} does not wrap around`, async (bench) => {
      const client = await bench.client();
      client.send(post([`Content-Length: ${value}`], 'hello'));
      client.end();
      await client.closed();
      if (client.log !== '') expect(REFUSED).toContain(statusOf(await client.message('response')));
      expect(bench.origin.requests).toEqual([]);
    });
  }

  for (const [what, lines] of [
    ['on two lines', ['Content-Length: 5', 'Content-Length: 6']],
    ['on two lines, apart', ['Content-Length: 5', 'X: y', 'content-length: 0']],
    ['in a list', ['Content-Length: 5, 6']],
    ['with an empty one', ['Content-Length: 5', 'Content-Length:']],
  ] as const) {
    check(`3: differing Content-Lengths are refused: ${what}`, async (bench) =>
      bench.expectRefused(post(lines, 'hello'), [400]),
    );
  }

  for (const [what, lines] of [
    ['in a list', ['Content-Length: 5, 5']],
    ['on two lines', ['Content-Length: 5', 'Content-Length: 5']],
    ['with leading zeros', ['Content-Length: 0005']],
    ['with spaces around it', ['Content-Length: \t 5 \t']],
    ['folded', ['Content-Length:', ' 5']],
  ] as const) {
    check(`3: a Content-Length that can be read in one way only is one request or none: ${what}`, async (bench) =>
      oneOrNone(bench, post(lines, 'hello'), 'hello'),
    );
  }

  for (const method of ['DELETE', 'OPTIONS', 'GET', 'HEAD', 'PUT', 'PATCH', 'PROPFIND']) {
    for (const framing of ['chunked', 'length']) {
      check(`5: a ${framing === 'chunked' ? 'chunked ' : ''}body on ${method} stays a body`, async (bench) => {
        bench.origin.answerAll(({ method: seen }) => (seen === 'HEAD' ? OK.slice(0, -2) : OK));
        const client = await bench.client();
        client.send(
          framing === 'chunked'
            ? `${method} / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`
            : `${method} / HTTP/1.1\r\nHost: x\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
        );
        expect(statusOf(await client.message(method === 'HEAD' ? 'response without body' : 'response'))).toBe(200);
        expect(bench.origin.requests.map((seen) => [seen.method, seen.body])).toEqual([[method, SMUGGLED]]);
        await bench.expectAlive();
        expect(bench.origin.requests).toHaveLength(2);
      });
    }
  }

  check('5: a POST without any length has no body', async (bench) => {
    bench.origin.answerAll(OK);
    const client = await bench.client();
    client.send('POST / HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n');
    for (let i = 0; i < 2; i++) await client.message('response');
    expect(bench.origin.requests.map(({ target, body }) => [target, body])).toEqual([
      ['/', ''],
      ['/next', ''],
    ]);
  });
});
