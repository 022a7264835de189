import { expect } from 'vitest';
import { conformance, GET, OK } from './conformance.ts';
import { statusOf } from './message.ts';

const get = (...lines: string[]): string =>
  `${['GET / HTTP/1.1', 'Host: shop.example', ...lines].join('\r\n')}\r\n\r\n`;
const ok = (...lines: string[]): string =>
  `${['HTTP/1.1 200 OK', 'Content-Length: 2', ...lines].join('\r\n')}\r\n\r\nok`;
/** What a proxy may add or change. */
const OWN = /^(connection|via|forwarded|x-forwarded-\w+|x-real-ip|date|keep-alive|x-request-id|server)$/i;

const MIXED = [
  ['X-lower', 'a'],
  ['x-UPPER', 'b'],
  ['ACCEPT', '*/*'],
  ['zebra', '1'],
  ['Apple', '2'],
  ['x-lower', 'c'],
  ['X-Empty', ''],
  ['ETag-Like', 'W/"x"'],
] as const;
const lines = MIXED.map(([name, value]) => `${name}: ${value}`);

conformance('headers', (check) => {
  check('16: case and order of a request’s headers survive', async (bench) => {
    const { seen } = await bench.exchange(get(...lines));
    expect(seen.headers.lines.filter(([name]) => !OWN.test(name))).toEqual([['Host', 'shop.example'], ...MIXED]);
  });

  check('16: case and order of a response’s headers survive', async (bench) => {
    const { answer } = await bench.exchange(GET, ok(...lines));
    expect(answer.headers.lines.filter(([name]) => !OWN.test(name))).toEqual([['Content-Length', '2'], ...MIXED]);
  });

  check('16: Set-Cookie keeps its count and order', async (bench) => {
    const cookies = ['a=1; Path=/', 'b=2, c', 'a=3; Expires=Wed, 09 Jun 2027 10:18:14 GMT'];
    const { answer } = await bench.exchange(GET, ok(...cookies.map((cookie) => `Set-Cookie: ${cookie}`)));
    expect(answer.headers.all('set-cookie')).toEqual(cookies);
  });

  for (const name of [
    'X-Many',
    'Cookie',
    'Accept',
    'User-Agent',
    'Authorization',
    'Content-Type',
    'If-None-Match',
    'Referer',
  ]) {
    check(`16: a request’s ${name} twice keeps its count and order`, async (bench) => {
      const { seen } = await bench.exchange(get(`${name}: one`, 'X-Between: 0', `${name}: two`));
      expect(seen.headers.all(name)).toEqual(['one', 'two']);
    });
  }

  for (const name of ['X-Many', 'Vary', 'WWW-Authenticate', 'Link', 'ETag', 'Content-Type', 'Location']) {
    check(`16: a response’s ${name} twice keeps its count and order`, async (bench) => {
      const { answer } = await bench.exchange(GET, ok(`${name}: one`, 'X-Between: 0', `${name}: two`));
      expect(answer.headers.all(name)).toEqual(['one', 'two']);
    });
  }

  check('16: bytes outside ASCII in values survive in both directions', async (bench) => {
    const value = Buffer.from('grün \xff\x80').toString('latin1');
    const { seen, answer } = await bench.exchange(get(`X-A: ${value}`), ok(`X-A: ${value}`));
    expect([seen.headers.all('x-a'), answer.headers.all('x-a')]).toEqual([[value], [value]]);
  });

  check('16: values keep their inner spaces and may be very long', async (bench) => {
    const value = `a  b\tc ${'d'.repeat(10_000)}`;
    const { seen, answer } = await bench.exchange(get(`X-A: \t ${value} \t`), ok(`X-A:${value}`));
    expect([seen.headers.all('x-a'), answer.headers.all('x-a')]).toEqual([[value], [value]]);
  });

  check('16: names that are properties of every object are headers like any other', async (bench) => {
    const odd = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const { seen, answer } = await bench.exchange(
      get(...odd.map((name) => `${name}: 1`)),
      ok(...odd.map((name) => `${name}: 1`)),
    );
    for (const name of odd) expect([seen.headers.all(name), answer.headers.all(name)]).toEqual([['1'], ['1']]);
  });

  for (const count of [1500, 2500]) {
    check(`16: ${count} headers all arrive, or the request is refused`, async (bench) => {
      bench.origin.answerAll(OK);
      const client = await bench.client();
      client.send(get(...Array.from({ length: count }, (_, i) => `a${i}: ${i}`)));
      const status = statusOf(await client.message('response'));
      if (status === 200)
        expect(bench.origin.requests[0]?.headers.names.filter((name) => /^a\d+$/.test(name))).toHaveLength(count);
      else expect([400, 431]).toContain(status);
    });
  }

  check('14: Via is added to a request, with the version that was spoken', async (bench) => {
    const { seen } = await bench.exchange(GET);
    expect(seen.headers.list('via')).toEqual([expect.stringMatching(/^(HTTP\/)?1\.1 [\w.-]+/)]);
  });

  check('14: Via is added to a response', async (bench) => {
    const { answer } = await bench.exchange(GET);
    expect(answer.headers.list('via')).toEqual([expect.stringMatching(/^(HTTP\/)?1\.1 [\w.-]+/)]);
  });

  check('14: Via goes behind those that are there, in both directions', async (bench) => {
    const before = ['Via: 1.0 fred, 1.1 p.example', 'via: 1.1 third'];
    const { seen, answer } = await bench.exchange(get(...before), ok(...before));
    for (const message of [seen, answer]) {
      expect(message.headers.list('via').slice(0, -1)).toEqual(['1.0 fred', '1.1 p.example', '1.1 third']);
      expect(message.headers.list('via')).toHaveLength(4);
    }
  });

  check('14: Via of an HTTP/1.0 client says 1.0, and the origin is spoken to in 1.1', async (bench) => {
    const { seen } = await bench.exchange('GET / HTTP/1.0\r\nHost: x\r\n\r\n');
    expect(seen.start).toBe('GET / HTTP/1.1');
    expect(seen.headers.list('via')).toEqual([expect.stringMatching(/^(HTTP\/)?1\.0 /)]);
  });

  check('14: Via of an HTTP/1.0 origin says 1.0', async (bench) => {
    const { answer } = await bench.exchange(GET, 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok');
    expect(answer.headers.list('via')).toEqual([expect.stringMatching(/^(HTTP\/)?1\.0 /)]);
  });

  check('14: an HTTP/1.0 origin is answered for in HTTP/1.1, and the connection goes on', async (bench) => {
    const { client, answer } = await bench.exchange(GET, 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok');
    expect([answer.start, answer.body]).toEqual(['HTTP/1.1 200 OK', 'ok']);
    bench.origin.answerAll(OK);
    client.send(GET);
    await client.message('response');
  });

  check('15: the peer is named to the origin', async (bench) => {
    const { seen } = await bench.exchange(GET);
    expect(['for', 'proto', 'host'].map((what) => seen.headers.all(`x-forwarded-${what}`))).toEqual([
      ['127.0.0.1'],
      ['http'],
      ['shop.example'],
    ]);
  });

  check('15: what a trusted peer says is kept, and it is appended', async (bench) => {
    const { seen } = await bench.exchange(
      get('X-Forwarded-For: 10.1.2.3', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: front.example'),
    );
    expect(seen.headers.list('x-forwarded-for')).toEqual(['10.1.2.3', '127.0.0.1']);
    expect(seen.headers.all('x-forwarded-proto')).toEqual(['https']);
    expect(seen.headers.all('x-forwarded-host')).toEqual(['front.example']);
  });

  check('15: X-Forwarded-For on several lines keeps its order', async (bench) => {
    const { seen } = await bench.exchange(get('X-Forwarded-For: 10.1.2.3, 10.4.5.6', 'x-forwarded-for: 10.7.8.9'));
    expect(seen.headers.list('x-forwarded-for')).toEqual(['10.1.2.3', '10.4.5.6', '10.7.8.9', '127.0.0.1']);
  });

  check('15: what an untrusted peer says is replaced', { trust: 'none' }, async (bench) => {
    const { seen } = await bench.exchange(
      get(
        'X-Forwarded-For: 10.1.2.3',
        'x-forwarded-for: 10.4.5.6',
        'X-FORWARDED-PROTO: https',
        'X-Forwarded-Host: evil.example',
      ),
    );
    expect(['for', 'proto', 'host'].map((what) => seen.headers.all(`x-forwarded-${what}`))).toEqual([
      ['127.0.0.1'],
      ['http'],
      ['shop.example'],
    ]);
    expect(seen.raw).not.toMatch(/10\.1\.2\.3|10\.4\.5\.6|evil/);
  });

  const TOLD = { requestHeaders: ['forwarded'] } as const;

  check('15: Forwarded is told on request: the peer, its host and protocol', TOLD, async (bench) => {
    const { seen } = await bench.exchange(GET);
    expect(seen.headers.all('forwarded')).toEqual(['for=127.0.0.1;host=shop.example;proto=http']);
    expect(seen.headers.all('x-forwarded-for')).toEqual(['127.0.0.1']);
  });

  check('15: Forwarded of a trusted peer is kept, in order, with this hop behind it', TOLD, async (bench) => {
    const { seen } = await bench.exchange(
      get('Forwarded: for="[2001:db8::1]:4711";proto=https', 'X-Forwarded-For: 10.9.9.9', 'forwarded: for=_hidden'),
    );
    expect(seen.headers.all('forwarded')).toEqual([
      'for="[2001:db8::1]:4711";proto=https, for=_hidden, for=127.0.0.1;host=shop.example;proto=http',
    ]);
  });

  check('15: X-Forwarded-For of a trusted peer that knows no Forwarded is taken over into it', TOLD, async (bench) => {
    const { seen } = await bench.exchange(
      'GET / HTTP/1.1\r\nHost: shop.example:8080\r\nX-Forwarded-For: 10.1.2.3, 2001:db8::2, 10.1.2.3:99, un"known\r\n\r\n',
    );
    expect(seen.headers.all('forwarded')).toEqual([
      'for=10.1.2.3, for="[2001:db8::2]", for="10.1.2.3:99", for="un\\"known", for=127.0.0.1;host="shop.example:8080";proto=http',
    ]);
  });

  check('15: Forwarded of an untrusted peer is replaced', { ...TOLD, trust: 'none' }, async (bench) => {
    const { seen } = await bench.exchange(get('Forwarded: for=10.1.2.3', 'X-Forwarded-For: 10.4.5.6'));
    expect(seen.headers.all('forwarded')).toEqual(['for=127.0.0.1;host=shop.example;proto=http']);
  });

  check('15: Forwarded of an untrusted peer is dropped where it is not told', { trust: 'none' }, async (bench) => {
    const { seen } = await bench.exchange(get('Forwarded: for=10.1.2.3'));
    expect(seen.headers.all('forwarded')).toEqual([]);
  });

  check('15: Forwarded of a trusted peer passes where it is not told', async (bench) => {
    const { seen } = await bench.exchange(get('Forwarded: for=10.1.2.3'));
    expect(seen.headers.all('forwarded')).toEqual(['for=10.1.2.3']);
  });

  for (const method of ['OPTIONS', 'TRACE']) {
    check(`14: Max-Forwards of ${method} counts this hop, and ends here at 0`, async (bench) => {
      const { seen } = await bench.exchange(`${method} / HTTP/1.1\r\nHost: x\r\nmax-forwards: 10\r\n\r\n`);
      expect(seen.headers.all('max-forwards')).toEqual(['9']);
      const client = await bench.client();
      client.send(`${method} /last HTTP/1.1\r\nHost: x\r\nMax-Forwards: 0\r\n\r\n`);
      expect([200, 204, 405, 501]).toContain(statusOf(await client.message('response')));
      expect(bench.origin.requests.map(({ target }) => target)).toEqual(['/']);
    });
  }

  check('14: Max-Forwards of other methods is none of the proxy’s business', async (bench) => {
    const { seen } = await bench.exchange('GET / HTTP/1.1\r\nHost: x\r\nMax-Forwards: 0\r\n\r\n');
    expect(seen.headers.all('max-forwards')).toEqual(['0']);
  });
});
