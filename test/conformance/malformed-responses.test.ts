import { expect } from 'vitest';
import { type Bench, conformance, GET, OK } from './conformance.ts';
import { Malformed, statusOf } from './message.ts';

const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const POISON = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';

/** Asks, answers with these bytes and looks at what the client gets, and at what the next client gets. */
async function ask(
  bench: Bench,
  bytes: string,
  hangUp = false,
): Promise<{ status: number; body: string; raw: string }> {
  const client = await bench.client();
  client.send(GET);
  const seen = await bench.origin.request();
  seen.answer(bytes);
  if (hangUp) seen.wire.end();
  const answer = await client.message('response').catch(async (error: unknown) => {
    if (error instanceof Malformed) throw error;
    await client.closed();
    return undefined;
  });
  await bench.expectAlive();
  return { status: answer ? statusOf(answer) : 0, body: answer?.body ?? '', raw: client.log };
}

/** 502, and the origin's connection is closed. */
async function bad(bench: Bench, bytes: string, hangUp = false): Promise<void> {
  const { status } = await ask(bench, bytes, hangUp);
  expect(status).toBe(502);
  await (await bench.origin.wire(0)).closed();
  expect(bench.attempts[0]?.failure).toMatch(/^(bad-response|reset)$/);
}

conformance('malformed responses', (check) => {
  for (const value of ['abc', '-5', '+5', '5 5', '0x5', '5;', '', '1e1', '99999999999999999999999', '5, 6', '٥']) {
    check(`4: a response with Content-Length ${JSON.stringify(value)} is a 502`, async (bench) =>
      bad(bench, `${head('HTTP/1.1 200 OK', `Content-Length: ${value}`)}hello`, true),
    );
  }

  check('4: a response with differing Content-Lengths is a 502', async (bench) =>
    bad(bench, `${head('HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 3')}hello`, true),
  );

  check('4: a response with its Content-Length twice is read in one way, or is a 502', async (bench) => {
    const { status, body } = await ask(
      bench,
      `${head('HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 5')}hello`,
    );
    expect([status, body]).toEqual(status === 502 ? [502, body] : [200, 'hello']);
  });

  check(
    '4: of both lengths in a response chunked wins, or it is a 502; the connection is not used again',
    async (bench) => {
      const { status, body } = await ask(
        bench,
        `${head('HTTP/1.1 200 OK', 'Content-Length: 4', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`,
      );
      expect([status, body]).toEqual(status === 502 ? [502, body] : [200, 'hello']);
      expect(bench.origin.wires).toHaveLength(2);
    },
  );

  for (const coding of [
    'xchunked',
    'chunked, identity',
    'identity',
    'gzip',
    ' , chunked',
    'chunked, chunked',
    '"chunked"',
  ]) {
    check(`4: a response with Transfer-Encoding ${coding} is a 502, or ends with its connection`, async (bench) => {
      const { status, raw } = await ask(
        bench,
        `${head('HTTP/1.1 200 OK', `Transfer-Encoding: ${coding}`)}0\r\n\r\n`,
        true,
      );
      // Which means (RFC 9112 §6.3) that the bytes are the body, whatever they look like; a cut is as good as a 502.
      expect([0, 200, 502]).toContain(status);
      expect(raw).not.toContain('xchunked');
      expect((await bench.origin.wire(0)).gone).toBeDefined();
    });
  }

  for (const [what, line] of [
    ['garbage', 'SSH-2.0-OpenSSH_9.2'],
    ['no version', '200 OK'],
    ['another protocol', 'ICY 200 OK'],
    ['HTTP/2', 'HTTP/2 200 OK'],
    ['a version in lower case', 'http/1.1 200 OK'],
    ['a status of two digits', 'HTTP/1.1 99 Low'],
    ['a status of four digits', 'HTTP/1.1 1000 High'],
    ['status 000', 'HTTP/1.1 000 None'],
    ['a status that is no number', 'HTTP/1.1 abc OK'],
    ['no space before the status', 'HTTP/1.1200 OK'],
    ['a space before the version', ' HTTP/1.1 200 OK'],
    ['a NUL in the reason', 'HTTP/1.1 200 O\0K'],
  ] as const) {
    check(`8: a status line with ${what} is a 502`, async (bench) =>
      bad(bench, `${head(line, 'Content-Length: 0')}`, true),
    );
  }

  check('8: a status from 600 on is a 502, or passed on', async (bench) => {
    const client = await bench.client();
    client.send(GET);
    (await bench.origin.request()).answer(head('HTTP/1.1 799 Odd', 'Content-Length: 0'));
    await client.arrived('\r\n\r\n');
    expect(client.text).toMatch(/^HTTP\/1\.1 (502|799) /);
  });

  for (const [what, line, reason] of [
    ['without a reason', 'HTTP/1.1 200 ', ''],
    ['without a reason and its space', 'HTTP/1.1 200', ''],
    ['with its own reason', 'HTTP/1.1 200 All is well', 'All is well'],
  ] as const) {
    check(`8: a status line ${what} is relayed`, async (bench) => {
      const { answer } = await bench.exchange(GET, `${head(line, 'Content-Length: 2')}ok`);
      expect(answer.body).toBe('ok');
      if (reason !== '') expect(answer.start).toBe(`HTTP/1.1 200 ${reason}`);
    });
  }

  for (const [what, line] of [
    ['a line without a colon', 'X-A'],
    ['an empty name', ': 1'],
    ['a name with a space in it', 'X A: 1'],
    ['NUL in a value', 'X-A: 1\x002'],
    ['a lone CR in a value', 'X-A: 1\rX-B: 2'],
  ] as const) {
    check(`7: a response with ${what} is a 502, or leaves in proper form`, async (bench) => {
      const { status, raw } = await ask(bench, `${head('HTTP/1.1 200 OK', 'Content-Length: 2', line)}ok`, true);
      expect([200, 502]).toContain(status);
      expect(raw).not.toMatch(/\0|\r(?!\n)/);
    });
  }

  check('7: a space before a colon in a response is removed, or it is a 502', async (bench) => {
    const { status, raw } = await ask(bench, `${head('HTTP/1.1 200 OK', 'X-A : 1', 'Content-Length: 2')}ok`);
    expect([200, 502]).toContain(status);
    expect(raw).not.toContain('X-A :');
  });

  check('7: a space before the colon of a response’s length does not hide it', async (bench) => {
    const { status, body } = await ask(bench, `${head('HTTP/1.1 200 OK', 'Content-Length : 2')}ok${POISON}`, true);
    expect([status, body]).toEqual(status === 502 ? [502, body] : [200, 'ok']);
  });

  for (const fold of [' folded', '\tfolded', ' Transfer-Encoding: chunked']) {
    check(`7: a header line folded as ${JSON.stringify(fold)} in a response is a 502, or one line`, async (bench) => {
      const { status, raw } = await ask(bench, `${head('HTTP/1.1 200 OK', 'Content-Length: 2', 'X-A: 1', fold)}ok`);
      expect([200, 502]).toContain(status);
      expect(raw).not.toMatch(/\r\n[ \t]/);
    });
  }

  for (const [what, body] of [
    ['a size that is no number', 'xyz\r\nhello\r\n0\r\n\r\n'],
    ['a size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['a negative size', '-5\r\nhello\r\n0\r\n\r\n'],
    ['a size that overflows', '10000000000000005\r\nhello\r\n0\r\n\r\n'],
    ['no line end after its data', '5\r\nhelloXX\r\n0\r\n\r\n'],
    ['a broken trailer', '5\r\nhello\r\n0\r\nX A: 1\r\n\r\n'],
  ] as const) {
    check(`9: a chunked response with ${what} is never a whole one`, async (bench) => {
      const client = await bench.client();
      client.send(GET);
      (await bench.origin.request()).answer(`${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}${body}`);
      // Nothing may have gone out yet; then a 502 is the better end.
      const answer = await client.message('response').catch(() => client.closed());
      if (typeof answer === 'string') expect(client.log.endsWith('0\r\n\r\n')).toBe(false);
      else expect(statusOf(answer)).toBe(502);
      await bench.expectAlive();
    });
  }

  check('22: a second answer in the same packet reaches nobody', async (bench) => {
    const { client, answer } = await bench.exchange(GET, `${OK}${POISON}`);
    expect(answer.body).toBe('ok');
    bench.origin.answerAll(OK);
    client.send(GET);
    expect((await client.message('response')).body).toBe('ok');
    await bench.expectAlive();
    expect(client.log).not.toContain('poison');
  });

  for (const [what, request, first] of [
    ['HEAD', GET.replace('GET', 'HEAD'), head('HTTP/1.1 200 OK', `Content-Length: ${POISON.length}`)],
    ['204', GET, head('HTTP/1.1 204 No Content')],
    ['304', GET, head('HTTP/1.1 304 Not Modified', 'ETag: "x"')],
    ['a length of 0', GET, head('HTTP/1.1 200 OK', 'Content-Length: 0')],
    ['the last chunk', GET, `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
  ] as const) {
    check(`22: what an origin sends behind ${what} is nobody’s answer`, async (bench) => {
      const { client } = await bench.exchange(request, first + POISON);
      bench.origin.answerAll(OK);
      client.send(GET);
      expect((await client.message('response')).body).toBe('ok');
      await bench.expectAlive();
      expect(client.log).not.toContain('poison');
    });
  }

  check('8: a response whose head comes byte by byte is relayed', async (bench) => {
    const client = await bench.client();
    client.send(GET);
    const { wire } = await bench.origin.request();
    await wire.trickle(
      'HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nX-T: 1\r\n\r\n',
    );
    const answer = await client.message('response');
    expect([answer.headers.all('x-a'), answer.body]).toEqual([['1'], 'abc']);
  });
});
