import { expect } from 'vitest';
import { conformance, GET, OK } from './conformance.ts';
import { statusOf } from './message.ts';

const chunked = (trailers: string, ...headers: string[]): string =>
  `${['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', ...headers].join('\r\n')}\r\n\r\n2\r\nok\r\n0\r\n${trailers}\r\n`;
const posted = (trailers: string, ...headers: string[]): string =>
  `${['POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked', ...headers].join('\r\n')}\r\n\r\n2\r\nhi\r\n0\r\n${trailers}\r\n`;
const TE_GET = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: TE\r\nTE: trailers\r\n\r\n';

conformance('trailers and bodies', (check) => {
  for (const announced of [true, false]) {
    const how = announced ? 'announced' : 'not announced';
    const headers = announced ? ['Trailer: X-Sum, X-Two'] : [];

    check(`12: a response’s trailers are relayed, ${how}`, async (bench) => {
      const { client, answer } = await bench.exchange(
        TE_GET,
        chunked('X-Sum: 1\r\nX-Two: a\r\nx-two: b\r\n', ...headers),
      );
      expect(answer.body).toBe('ok');
      expect([answer.trailers.all('x-sum'), answer.trailers.all('x-two')]).toEqual([['1'], ['a', 'b']]);
      expect(answer.headers.has('x-sum')).toBe(false);
      bench.origin.answerAll(OK);
      client.send(GET);
      await client.message('response');
    });

    check(`12: a request’s trailers are relayed, ${how}`, async (bench) => {
      const { seen } = await bench.exchange(posted('X-Sum: 1\r\nX-Two: a\r\nx-two: b\r\n', ...headers));
      expect(seen.body).toBe('hi');
      expect([seen.trailers.all('x-sum'), seen.trailers.all('x-two')]).toEqual([['1'], ['a', 'b']]);
      expect(seen.headers.has('x-sum')).toBe(false);
    });
  }

  check('12: Trailer on a request without a body harms nobody', async (bench) => {
    const { answer } = await bench.exchange('GET / HTTP/1.1\r\nHost: x\r\nTrailer: Expires\r\n\r\n');
    expect(answer.body).toBe('ok');
  });

  check('12: Trailer beside a length harms nobody', async (bench) => {
    const { seen, answer } = await bench.exchange(
      'POST / HTTP/1.1\r\nHost: x\r\nTrailer: Expires\r\nContent-Length: 2\r\n\r\nhi',
      'HTTP/1.1 200 OK\r\nTrailer: Expires\r\nContent-Length: 2\r\n\r\nok',
    );
    expect([seen.body, answer.body]).toEqual(['hi', 'ok']);
  });

  const NASTY = 'Content-Length: 100\r\nTransfer-Encoding: gzip\r\nHost: evil\r\nConnection: close\r\n';

  check('12: a request’s trailers that would be framing or routing change neither, or are refused', async (bench) => {
    bench.origin.answerAll(OK);
    const client = await bench.client();
    client.send(posted(NASTY));
    expect([200, 400]).toContain(statusOf(await client.message('response')));
    for (const seen of bench.origin.requests) {
      expect([seen.body, seen.headers.all('host'), seen.headers.has('content-length')]).toEqual(['hi', ['x'], false]);
      expect(['transfer-encoding', 'content-length', 'host'].flatMap((name) => seen.trailers.all(name))).toEqual([]);
    }
    await bench.expectAlive();
  });

  check('12: a client cannot say in a trailer what it may not say in a header', async (bench) => {
    const client = await bench.client();
    const lines = ['X-Forwarded-For: 6.6.6.6', 'Forwarded: for=6.6.6.6', 'Cookie: evenkeel_7070=secret', 'X-Sum: 1'];
    client.send(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${lines.join('\r\n')}\r\n\r\n`);
    const seen = await bench.origin.request();
    expect(seen.raw).not.toMatch(/6\.6\.6\.6|secret/);
    seen.answer(OK);
    expect((await client.message('response')).body).toBe('ok');
  });

  check('12: a response’s trailers that would be framing are not passed on', async (bench) => {
    const client = await bench.client();
    client.send(TE_GET);
    (await bench.origin.request()).answer(chunked(NASTY));
    const answer = await client.message('response').catch(() => client.closed());
    if (typeof answer === 'string') expect(client.log.endsWith('0\r\n\r\n')).toBe(false);
    else
      expect([answer.body, answer.trailers.has('content-length'), answer.headers.has('content-length')]).toEqual([
        'ok',
        false,
        false,
      ]);
    await bench.expectAlive();
  });

  check('12: trailers for an HTTP/1.0 client are dropped, the body is whole', async (bench) => {
    const { client, answer } = await bench.exchange(
      'GET / HTTP/1.0\r\nHost: x\r\n\r\n',
      chunked('X-Sum: 1\r\n', 'Trailer: X-Sum'),
    );
    expect(answer.body).toBe('ok');
    await client.closed();
  });

  check('12: trailers without end are cut off', async (bench) => {
    const client = await bench.client();
    client.send(TE_GET);
    const { wire } = await bench.origin.request();
    wire.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n');
    for (let i = 0; i < 2000 && !wire.gone; i++) wire.send(`X-T${i}: ${'x'.repeat(1000)}\r\n`);
    await client.closed();
    expect(client.log.endsWith('\r\n\r\n')).toBe(false);
    await bench.expectAlive();
  });

  for (const [what, head, length] of [
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', ['5']],
    ['a chunked coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', []],
    [
      'a length that its chunked coding overrides',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
      [],
    ],
    ['no length', 'HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n', []],
    ['a huge length', 'HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n', ['10000000000']],
    ['a 404 and a length', 'HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\n', ['7']],
  ] as const) {
    check(`13: an answer to HEAD with ${what} has no body`, async (bench) => {
      const { client, answer } = await bench.exchange(GET.replace('GET', 'HEAD'), head);
      // Two lengths may be one too many.
      if (statusOf(answer) !== 502) expect(answer.headers.all('content-length')).toEqual(length);
      bench.origin.answerAll(OK);
      client.send(GET);
      expect((await client.message('response')).body).toBe('ok');
    });
  }

  for (const [status, headers, body] of [
    ['204 No Content', '', ''],
    ['204 No Content', 'Content-Length: 0\r\n', ''],
    ['204 No Content', 'Content-Length: 5\r\n', 'hello'],
    ['204 No Content', 'Transfer-Encoding: chunked\r\n', '5\r\nhello\r\n0\r\n\r\n'],
    ['304 Not Modified', '', ''],
    ['304 Not Modified', 'Content-Length: 5\r\n', ''],
    ['304 Not Modified', 'Transfer-Encoding: chunked\r\n', ''],
    ['304 Not Modified', 'Content-Length: 5\r\n', 'hello'],
  ] as const) {
    check(
      `13: a ${status} with ${headers.trim() || 'no length'}${body ? ' and a body' : ''} has none on the way out`,
      async (bench) => {
        const { client, answer } = await bench.exchange(
          GET,
          `HTTP/1.1 ${status}\r\n${headers}ETag: "1"\r\n\r\n${body}`,
        );
        expect([answer.start, answer.headers.all('etag')]).toEqual([`HTTP/1.1 ${status}`, ['"1"']]);
        bench.origin.answerAll(OK);
        client.send(GET);
        expect((await client.message('response')).body).toBe('ok');
        expect(client.log).not.toContain('hello');
      },
    );
  }

  for (const [what, head] of [
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n'],
    ['HTTP/1.1', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'],
    ['HTTP/1.1 that does not say so', 'HTTP/1.1 200 OK\r\n\r\n'],
  ] as const) {
    check(`16: a body that ends with the connection of an ${what} origin arrives whole`, async (bench) => {
      const client = await bench.client();
      client.send(GET);
      const { wire } = await bench.origin.request();
      wire.send(`${head}one `);
      await client.arrived('one ');
      wire.send('two');
      wire.end();
      const answer = await client.message('response');
      expect([statusOf(answer), answer.body]).toEqual([200, 'one two']);
    });
  }

  check('16: an empty body that ends with the connection arrives', async (bench) => {
    const client = await bench.client();
    client.send(GET);
    const { wire } = await bench.origin.request();
    wire.send('HTTP/1.0 200 OK\r\n\r\n');
    wire.end();
    expect((await client.message('response')).body).toBe('');
  });

  const binary = Array.from({ length: 1024 * 1024 }, (_, i) => String.fromCharCode((i * 7 + (i >> 8) * 13) & 255)).join(
    '',
  );
  for (const framing of ['length', 'chunked'] as const) {
    const frame = (start: string): string =>
      framing === 'length'
        ? `${start}\r\nContent-Length: ${binary.length}\r\n\r\n${binary}`
        : `${start}\r\nTransfer-Encoding: chunked\r\n\r\n4;e\r\n${binary.slice(0, 4)}\r\n${(binary.length - 4).toString(16)}\r\n${binary.slice(4)}\r\n0\r\n\r\n`;
    check(`16: 1 MiB arrives byte for byte in both directions: ${framing}`, async (bench) => {
      const { seen, answer } = await bench.exchange(frame('POST / HTTP/1.1\r\nHost: x'), frame('HTTP/1.1 200 OK'));
      expect([seen.body === binary, answer.body === binary]).toEqual([true, true]);
      expect([seen.framing, answer.framing]).toEqual([framing, framing]);
    });
  }

  check('16: chunk extensions from an origin do not become data', async (bench) => {
    const { answer } = await bench.exchange(
      GET,
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\no\r\n1;c="d"\r\nk\r\n0;last\r\n\r\n',
    );
    expect(answer.body).toBe('ok');
  });
});
