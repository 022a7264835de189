import { expect } from 'vitest';
import { type Bench, conformance, OK } from './conformance.ts';
import { statusOf } from './message.ts';

const REFUSED = [400, 501, 505];
const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

/** Refused and closed, or passed on as one request beyond doubt: RFC 9112 leaves the choice. */
async function refusedOrOne(bench: Bench, bytes: string): Promise<void> {
  bench.origin.answerAll(OK);
  const client = await bench.client();
  client.send(bytes);
  const status = statusOf(await client.message('response'));
  if (status !== 200) {
    expect(REFUSED).toContain(status);
    await client.closed();
  }
  expect(bench.origin.requests).toHaveLength(status === 200 ? 1 : 0);
  await bench.expectAlive();
}

/** A body that breaks the rules half-way: the client is told or cut off, and no origin ever takes it for a whole request. */
async function neverWhole(bench: Bench, body: string): Promise<void> {
  bench.origin.answerAll(OK);
  const client = await bench.client();
  client.send(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
  // For a proxy that takes what is there for the beginning of something.
  client.end();
  await client.closed();
  if (client.text !== '') {
    const answer = await client.message('response');
    expect([400, 413]).toContain(statusOf(answer));
    // It is the client's fault: no origin is named.
    expect(answer.body).not.toMatch(/origin/i);
  }
  expect(bench.origin.requests).toEqual([]);
  for (const wire of bench.origin.wires) await wire.closed();
  await bench.expectAlive();
  expect(bench.origin.requests.map(({ target }) => target)).toEqual(['/alive']);
}

conformance('malformed requests', (check) => {
  for (const [what, bytes] of [
    ['a space before a colon', head('GET / HTTP/1.1', 'Host: x', 'X-A : 1')],
    ['a tab before a colon', head('GET / HTTP/1.1', 'Host: x', 'X-A\t: 1')],
    ["a space before Host's colon", head('GET / HTTP/1.1', 'Host : x')],
    ['a line without a colon', head('GET / HTTP/1.1', 'Host: x', 'X-A')],
    ['an empty header name', head('GET / HTTP/1.1', 'Host: x', ': 1')],
    ['a header name with a space', head('GET / HTTP/1.1', 'Host: x', 'X A: 1')],
    ['a header name with a bracket', head('GET / HTTP/1.1', 'Host: x', 'X(A): 1')],
    ['a header name outside ASCII', head('GET / HTTP/1.1', 'Host: x', 'X-\xe4: 1')],
    ['a header name with a NUL', head('GET / HTTP/1.1', 'Host: x', 'X-\0A: 1')],
    ['a space before the first header', head('GET / HTTP/1.1', ' Host: x', 'Host: x')],
  ] as const) {
    check(`7: ${what} is refused`, async (bench) => bench.expectRefused(bytes, [400]));
  }

  for (const [what, bytes] of [
    ['a folded line', head('GET / HTTP/1.1', 'Host: x', 'X-A: 1', ' 2')],
    ['a line folded with a tab', head('GET / HTTP/1.1', 'Host: x', 'X-A: 1', '\t2')],
    [
      'a folded line that looks like a header',
      head('GET / HTTP/1.1', 'Host: x', 'X-A: 1', ' Transfer-Encoding: chunked'),
    ],
  ] as const) {
    check(`7: ${what} is refused, or unfolded`, async (bench) => refusedOrOne(bench, bytes));
  }

  for (const [what, bytes] of [
    ['NUL in a value', head('GET / HTTP/1.1', 'Host: x', 'X-A: 1\x002')],
    ['a lone CR in a value', head('GET / HTTP/1.1', 'Host: x', 'X-A: 1\rX-B: 2')],
    ['a lone CR before a CRLF', head('GET / HTTP/1.1', 'Host: x', 'X-A: 1\r')],
    ['a lone LF in a value', head('GET / HTTP/1.1', 'Host: x', 'X-A: 1\nX-B: 2')],
    ['lone LFs throughout', 'GET / HTTP/1.1\nHost: x\n\n'],
    ['a lone LF after the request line', 'GET / HTTP/1.1\nHost: x\r\n\r\n'],
    ['a lone LF before the last CRLF', 'GET / HTTP/1.1\r\nHost: x\r\n\n\r\n'],
    ['a control character in a value', head('GET / HTTP/1.1', 'Host: x', 'X-A: 1\x012')],
    ['DEL in a value', head('GET / HTTP/1.1', 'Host: x', 'X-A: 1\x7f2')],
    ['an empty line first', `\r\n${head('GET / HTTP/1.1', 'Host: x')}`],
    ['two spaces in the request line', head('GET  / HTTP/1.1', 'Host: x')],
    ['a tab in the request line', head('GET\t/ HTTP/1.1', 'Host: x')],
    ['a space behind the request line', head('GET / HTTP/1.1 ', 'Host: x')],
    ['a later minor version', head('GET / HTTP/1.2', 'Host: x')],
    ['a method in lower case', head('get / HTTP/1.1', 'Host: x')],
    ['a method nobody knows', head('BREW / HTTP/1.1', 'Host: x')],
    ['a very long method', head(`${'A'.repeat(300)} / HTTP/1.1`, 'Host: x')],
  ] as const) {
    check(`3: ${what}: refused, or passed on in proper form`, async (bench) => refusedOrOne(bench, bytes));
  }

  for (const [what, bytes] of [
    ['garbage', 'garbage\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03abc\r\n\r\n'],
    ['a space in the target', head('GET /a b HTTP/1.1', 'Host: x')],
    ['no target', head('GET HTTP/1.1', 'Host: x')],
    ['a method that is no token', head('GE(T / HTTP/1.1', 'Host: x')],
    ['a space before the method', head(' GET / HTTP/1.1', 'Host: x')],
    ['a version in lower case', head('GET / http/1.1', 'Host: x')],
    ['no version number', head('GET / HTTP/', 'Host: x')],
    ['a version of two digits', head('GET / HTTP/1.10', 'Host: x')],
    ['HTTP/2.0', head('GET / HTTP/2.0', 'Host: x')],
    ['HTTP/0.9 with a version', head('GET / HTTP/0.9', 'Host: x')],
    ['HTTP/0.9', 'GET /\r\n\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a NUL in the target', head('GET /a\0b HTTP/1.1', 'Host: x')],
    ['a lone CR in the request line', head('GET /\rX HTTP/1.1', 'Host: x')],
    ['another protocol', head('GET / ICY/1.1', 'Host: x')],
  ] as const) {
    check(`3: ${what} is refused and closed`, async (bench) => bench.expectRefused(bytes, REFUSED));
  }

  for (const [what, body] of [
    ['a size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['a negative size', '-5\r\nhello\r\n0\r\n\r\n'],
    ['a size with a sign', '+5\r\nhello\r\n0\r\n\r\n'],
    ['a size with a space before it', ' 5\r\nhello\r\n0\r\n\r\n'],
    ['a size that is no number', 'xyz\r\nhello\r\n0\r\n\r\n'],
    ['an empty size', '\r\nhello\r\n0\r\n\r\n'],
    ['a size with an underscore', '1_0\r\nhello hello hello\r\n0\r\n\r\n'],
    ['a size of 17 digits', '10000000000000005\r\nhello\r\n0\r\n\r\n'],
    ['a size of 16 digits', 'fffffffffffffff5\r\nhello\r\n0\r\n\r\n'],
    ['no line end after the data', '5\r\nhello0\r\n\r\n'],
    ['something else after the data', '5\r\nhelloXX0\r\n\r\n'],
    ['a lone CR after the size', '5\rhello\r\n0\r\n\r\n'],
    ['a NUL in an extension', '5;a=\0\r\nhello\r\n0\r\n\r\n'],
    ['an extension whose quote is open', '5;a="\r\nhello\r\n0\r\n\r\n'],
    ['an open quote behind its last size', '0;a="\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"\r\n\r\n'],
    ['a trailer with a space before its colon', '5\r\nhello\r\n0\r\nX-A : 1\r\n\r\n'],
    ['a trailer without a colon', '5\r\nhello\r\n0\r\nX-A\r\n\r\n'],
    ['a request in place of trailers', '5\r\nhello\r\n0\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'],
  ] as const) {
    check(`3: a chunked body with ${what} never becomes a whole request`, async (bench) => neverWhole(bench, body));
  }

  for (const [what, body, decoded] of [
    ['an extension', '5;name=value\r\nhello\r\n0\r\n\r\n', 'hello'],
    ['a quoted extension', '5;name="a;b\\"c"\r\nhello\r\n0;last\r\n\r\n', 'hello'],
    ['capital digits', `A\r\n0123456789\r\n0\r\n\r\n`, '0123456789'],
    ['leading zeros', '00005\r\nhello\r\n000\r\n\r\n', 'hello'],
    ['many chunks', `${'1\r\nx\r\n'.repeat(2000)}0\r\n\r\n`, 'x'.repeat(2000)],
    ['trailers', '5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n', 'hello'],
  ] as const) {
    check(`3: a chunked body with ${what} arrives`, async (bench) => {
      bench.origin.answerAll(OK);
      const client = await bench.client();
      client.send(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
      expect(statusOf(await client.message('response'))).toBe(200);
      expect(bench.origin.requests.map((seen) => seen.body)).toEqual([decoded]);
    });
  }

  for (const [what, body] of [
    ['a lone LF after the size', '5\nhello\r\n0\r\n\r\n'],
    ['a lone LF after the data', '5\r\nhello\n0\r\n\r\n'],
    ['an extension without a name', '5;=1\r\nhello\r\n0\r\n\r\n'],
    ['a lone LF in an extension', '5;a\nb\r\nhello\r\n0\r\n\r\n'],
    ['lone LFs at its end', '5\r\nhello\r\n0\n\n'],
    ['a space behind the size', '5 \r\nhello\r\n0\r\n\r\n'],
    ['a size of 20,000 zeros', `${'0'.repeat(20_000)}5\r\nhello\r\n0\r\n\r\n`],
    ['an extension of 100 KiB', `5;${'x'.repeat(100_000)}\r\nhello\r\n0\r\n\r\n`],
  ] as const) {
    check(`3: a chunked body with ${what} is refused, or arrives in proper form`, async (bench) => {
      bench.origin.answerAll(OK);
      const client = await bench.client();
      client.send(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body}`);
      client.end();
      await client.closed();
      for (const seen of bench.origin.requests) expect(seen.body).toBe('hello');
      expect(client.log === '' || /^HTTP\/1\.1 (200|400|413|431) /.test(client.log)).toBe(true);
      await bench.expectAlive();
    });
  }

  check('3: more empty lines before a request than are held at a time, cut anywhere, do not stop it', async (bench) => {
    const client = await bench.client();
    for (let i = 0; i < 3; i++) {
      client.send('\r\n'.repeat(40_000));
      client.send('\r');
      await new Promise((resolve) => setImmediate(resolve));
      client.send('\n');
    }
    client.send('GET /after HTTP/1.1\r\nHost: x\r\n\r\n');
    const seen = await bench.origin.request();
    expect(seen.target).toBe('/after');
    seen.answer(OK);
    expect((await client.message('response')).body).toBe('ok');
  });

  check('3: a request split into single bytes is the same request', async (bench) => {
    const client = await bench.client();
    await client.trickle(
      'POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;e\r\nhi\r\n0\r\nX-T: 1\r\n\r\n',
    );
    const seen = await bench.origin.request();
    expect([seen.target, seen.body]).toEqual(['/x', 'hi']);
    seen.answer(OK);
    expect((await client.message('response')).body).toBe('ok');
  });
});
