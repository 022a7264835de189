import { expect } from 'vitest';
import { conformance, OK } from './conformance.ts';

const request = (...lines: string[]): string =>
  `${['GET / HTTP/1.1', 'Host: shop.example', ...lines].join('\r\n')}\r\n\r\n`;
const response = (...lines: string[]): string =>
  `${['HTTP/1.1 200 OK', 'Content-Length: 2', ...lines].join('\r\n')}\r\n\r\nok`;

/** Names as a sender may write them in Connection (RFC 9110 §5.6.1: empty members are ignored). */
const CONNECTION = [
  ['one', ['Connection: X-Private']],
  ['several with odd spaces', ['Connection: keep-alive ,  X-Private,\tX-Second']],
  ['in another case', ['cOnNeCtIoN: x-PRIVATE, X-SECOND']],
  ['on several lines', ['Connection: X-Private', 'Connection: X-Second']],
  ['with empty members', ['Connection: , X-Private,, ,X-Second,']],
  ['beside close', ['Connection: close, X-Private']],
] as const;

conformance('hop-by-hop headers', (check) => {
  for (const [how, lines] of CONNECTION) {
    const second = lines.join().toLowerCase().includes('x-second');
    const named = ['X-Private: 1', ...(second ? ['x-second: 2', 'X-Second: 3'] : [])];
    check(`1: headers named in a request's Connection are dropped: ${how}`, async (bench) => {
      const { seen } = await bench.exchange(request(...lines, ...named, 'X-Public: 4'));
      expect(seen.headers.names.map((name) => name.toLowerCase())).not.toContain('x-private');
      expect(seen.headers.all('x-second')).toEqual([]);
      expect(seen.headers.list('connection').map((name) => name.toLowerCase())).not.toContain('x-private');
      expect(seen.headers.all('x-public')).toEqual(['4']);
    });

    check(`1: headers named in a response's Connection are dropped: ${how}`, async (bench) => {
      const { answer } = await bench.exchange(request(), response(...lines, ...named, 'X-Public: 4'));
      expect(answer.headers.all('x-private')).toEqual([]);
      expect(answer.headers.all('x-second')).toEqual([]);
      expect(answer.headers.list('connection').map((name) => name.toLowerCase())).not.toContain('x-private');
      expect(answer.headers.all('x-public')).toEqual(['4']);
    });
  }

  for (const line of [
    'Keep-Alive: timeout=5, max=1000',
    'Proxy-Connection: keep-alive',
    'Proxy-Authenticate: Basic realm="x"',
    'Proxy-Authorization: Basic eDp5',
    'Upgrade: h2c',
    'TE: gzip',
    'TE: gzip;q=0.5, deflate',
  ]) {
    const name = line.slice(0, line.indexOf(':'));
    check(`1: a request's "${line}" is not passed on`, async (bench) => {
      const { seen, answer } = await bench.exchange(request(line, 'X-Public: 1'));
      expect(seen.headers.all(name)).toEqual([]);
      expect(seen.headers.all('x-public')).toEqual(['1']);
      expect(answer.body).toBe('ok');
    });
  }

  for (const line of [
    'Keep-Alive: timeout=99, max=7',
    'Proxy-Connection: keep-alive',
    'Proxy-Authenticate: Basic realm="x"',
    'Proxy-Authorization: Basic eDp5',
    'Upgrade: h2c',
    'TE: trailers',
  ]) {
    const [name = '', value] = line.split(': ');
    check(`1: a response's "${line}" is not passed on`, async (bench) => {
      const { answer } = await bench.exchange(request(), response(line, 'X-Public: 1'));
      // A Keep-Alive of the proxy's own is about its own connection.
      expect(answer.headers.all(name)).not.toContain(value);
      expect(answer.headers.all('x-public')).toEqual(['1']);
    });
  }

  check('1: TE: trailers is kept', async (bench) => {
    const { seen } = await bench.exchange(request('Connection: TE', 'TE: trailers'));
    expect(seen.headers.all('te')).toEqual(['trailers']);
  });

  check('1: of TE: gzip, trailers only trailers is kept', async (bench) => {
    const { seen } = await bench.exchange(request('Connection: TE', 'TE: gzip;q=0.5, Trailers'));
    expect(seen.headers.list('te').map((value) => value.toLowerCase())).toEqual(['trailers']);
  });

  check('1: the client cannot strip what the proxy says about it by naming it in Connection', async (bench) => {
    const { seen } = await bench.exchange(
      request('Connection: X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto, Via', 'X-Forwarded-For: 10.9.9.9'),
    );
    expect(seen.headers.list('x-forwarded-for').at(-1)).toBe('127.0.0.1');
    expect(seen.headers.all('x-forwarded-host')).toEqual(['shop.example']);
    expect(seen.headers.all('x-forwarded-proto')).toEqual(['http']);
  });

  check('1: the client cannot strip Host by naming it in Connection', async (bench) => {
    const { seen } = await bench.exchange(request('Connection: Host'));
    expect(seen.headers.all('host')).toEqual(['shop.example']);
  });

  for (const name of ['Content-Length', 'Transfer-Encoding']) {
    check(`1: the client cannot strip ${name} by naming it in Connection: the body stays a body`, async (bench) => {
      bench.origin.answerAll(OK);
      const body = name === 'Content-Length' ? ['5', 'GET /'] : ['chunked', '5\r\nGET /\r\n0\r\n\r\n'];
      const client = await bench.client();
      client.send(`POST / HTTP/1.1\r\nHost: x\r\nConnection: ${name}\r\n${name}: ${body[0]}\r\n\r\n${body[1]}`);
      await client.message('response');
      // Refusing is right, too.
      for (const seen of bench.origin.requests) expect([seen.method, seen.body]).toEqual(['POST', 'GET /']);
      await bench.expectAlive();
      expect(bench.origin.requests.map(({ method }) => method)).not.toContain('/');
    });
  }

  check("1: the client's Connection: close is not the origin's, but is honoured", async (bench) => {
    const { client, seen } = await bench.exchange(request('Connection: close'));
    expect(seen.headers.list('connection')).not.toContain('close');
    expect(await client.closed()).toBe('ended');
  });

  check("1: the origin's Connection: close is not the client's", async (bench) => {
    const { client, answer } = await bench.exchange(request(), response('Connection: close'));
    expect(answer.headers.list('connection')).not.toContain('close');
    bench.origin.answerAll(OK);
    client.send(request());
    expect((await client.message('response')).body).toBe('ok');
  });

  check(
    '1: Transfer-Encoding is of one hop: a chunked response reaches an HTTP/1.0 client without it',
    async (bench) => {
      const { client, answer } = await bench.exchange(
        'GET / HTTP/1.0\r\nHost: x\r\n\r\n',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      );
      expect([answer.headers.all('transfer-encoding'), answer.body]).toEqual([[], 'hello']);
      await client.closed();
    },
  );
});
