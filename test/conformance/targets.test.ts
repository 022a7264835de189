import { expect } from 'vitest';
import { type Bench, conformance, OK } from './conformance.ts';
import { statusOf } from './message.ts';
import type { Seen } from './wire.ts';

const get = (target: string, ...lines: string[]): string =>
  `${[`GET ${target} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`;

/** What reached the origin, or undefined where the proxy refused and closed. */
async function seenOrRefused(bench: Bench, bytes: string): Promise<Seen | undefined> {
  bench.origin.answerAll(OK);
  const client = await bench.client();
  client.send(bytes);
  const status = statusOf(await client.message('response'));
  if (status === 200) return bench.origin.requests[0];
  expect([400, 501]).toContain(status);
  await client.closed();
  expect(bench.origin.requests).toEqual([]);
  return undefined;
}

conformance('targets', (check) => {
  check('6: no Host is refused', async (bench) => bench.expectRefused(get('/'), [400]));

  for (const [what, lines] of [
    ['the same', ['Host: x', 'Host: x']],
    ['different', ['Host: x', 'Host: y']],
    ['apart and in another case', ['Host: x', 'X-A: 1', 'HOST: y']],
    ['one empty', ['Host: x', 'Host:']],
    ['in absolute form', ['Host: x', 'Host: x']],
  ] as const) {
    check(`6: Host twice is refused: ${what}`, async (bench) =>
      bench.expectRefused(get(what === 'in absolute form' ? 'http://x/' : '/', ...lines), [400]),
    );
  }

  for (const host of [
    'a b',
    'a/b',
    'user@x',
    'x?y',
    'x#y',
    'x:80:80',
    'x:port',
    'a,b',
    '[::1',
    'x\\y',
    '<x>',
    'x\ty',
    'http://x',
  ]) {
    check(`6: Host: ${JSON.stringify(host)} is refused`, async (bench) => {
      // A comma is a sub-delimiter that a name may hold (RFC 3986 §3.2.2).
      if (host === 'a,b') await seenOrRefused(bench, get('/', `Host: ${host}`));
      else await bench.expectRefused(get('/', `Host: ${host}`), [400]);
    });
  }

  for (const host of ['x', 'x:8080', '127.0.0.1', '[::1]:8080', 'a-b.example.', 'SHOP.example', 'x_y']) {
    check(`6: Host: ${host} arrives as it was sent`, async (bench) => {
      const { seen } = await bench.exchange(get('/', `Host: ${host}`));
      expect(seen.headers.all('host')).toEqual([host]);
    });
  }

  check('6: an empty Host is refused or passed on', async (bench) => {
    expect([undefined, '']).toContain((await seenOrRefused(bench, get('/', 'Host:')))?.headers.all('host')[0]);
  });

  for (const [target, path] of [
    ['http://shop.example/a?b=c', '/a?b=c'],
    ['http://shop.example', '/'],
    ['http://shop.example?b', '/?b'],
    ['HTTP://shop.example/', '/'],
    ['http://shop.example//a/../b', '//a/../b'],
  ] as const) {
    check(`6: the absolute target ${target} overrides Host`, async (bench) => {
      const { seen } = await bench.exchange(get(target, 'Host: other.example'));
      expect(seen.headers.all('host')).toEqual(['shop.example']);
      // A server has to take both forms (RFC 9112 §3.2.2).
      expect([path, target]).toContain(seen.target);
      expect(seen.headers.all('x-forwarded-host')).toEqual(['shop.example']);
    });
  }

  check('6: an absolute target keeps its port', async (bench) => {
    const { seen } = await bench.exchange(get('http://shop.example:8443/', 'Host: x'));
    expect(seen.headers.all('host')).toEqual(['shop.example:8443']);
  });

  check('6: an absolute target without Host is refused, or its host is used', async (bench) => {
    const seen = await seenOrRefused(bench, get('http://shop.example/'));
    if (seen) expect(seen.headers.all('host')).toEqual(['shop.example']);
  });

  for (const target of [
    'http://user:secret@shop.example/',
    'http:///a',
    'http://',
    'http://a b/',
    'ftp://x/',
    'shop.example',
    '?a',
    '../a',
  ]) {
    check(`6: the target ${target} is refused, or never reaches an origin with another meaning`, async (bench) => {
      const seen = await seenOrRefused(bench, get(target, 'Host: x'));
      if (seen) expect(seen.headers.all('host').join()).not.toContain('@');
    });
  }

  check('6: CONNECT opens no tunnel', async (bench) => {
    bench.origin.answerAll(OK);
    const client = await bench.client();
    client.send(`CONNECT 127.0.0.1:${bench.origin.port} HTTP/1.1\r\nHost: 127.0.0.1:${bench.origin.port}\r\n\r\n`);
    expect([400, 403, 405, 501]).toContain(statusOf(await client.message('response')));
    client.send('GET /through HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.closed();
    expect(bench.origin.requests).toEqual([]);
  });

  for (const start of [
    'CONNECT / HTTP/1.1',
    'CONNECT http://x/ HTTP/1.1',
    'CONNECT * HTTP/1.1',
    'CONNECT /a HTTP/1.0',
  ]) {
    check(`6: ${start} reaches no origin, whose answer would have no end`, async (bench) => {
      bench.origin.answerAll('HTTP/1.1 200 OK\r\n\r\n');
      const client = await bench.client();
      client.send(`${start}\r\nHost: x\r\n\r\n`);
      await client.closed();
      expect(client.log).toMatch(/^(HTTP\/1\.1 (400|405|501) |$)/);
      expect(bench.origin.requests).toEqual([]);
    });
  }

  check('6: OPTIONS of an absolute target without a path asks for *', async (bench) => {
    const { seen } = await bench.exchange('OPTIONS http://other.example:8080 HTTP/1.1\r\nHost: x\r\n\r\n');
    expect([seen.start, seen.headers.all('host')]).toEqual(['OPTIONS * HTTP/1.1', ['other.example:8080']]);
  });

  check('6: OPTIONS * reaches the origin as it is', async (bench) => {
    const { seen } = await bench.exchange('OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(seen.start).toBe('OPTIONS * HTTP/1.1');
  });

  check('6: * with another method is refused or passed on', async (bench) => {
    const seen = await seenOrRefused(bench, get('*', 'Host: x'));
    if (seen) expect(seen.target).toBe('*');
  });

  check('6: HTTP/1.0 needs no Host; the origin still gets one', async (bench) => {
    const { seen } = await bench.exchange('GET /old HTTP/1.0\r\n\r\n');
    expect([seen.start, seen.headers.all('host').length]).toEqual(['GET /old HTTP/1.1', 1]);
    // Nobody asked for a host, so there is none to tell of.
    expect(seen.headers.all('x-forwarded-host')).toEqual([]);
  });

  for (const target of [
    '/a%2Fb',
    '//',
    '//x//y',
    '/../',
    '/a/../../b',
    '/./a/.',
    '/%2e%2e/%2E',
    '/a;b=c,d',
    '/?',
    '/?a=%00&b=%0d%0aX:1',
    '/a?b?c=/../',
    '/%',
    '/%zz',
    '/a%20b+c',
    "/!$&'()*+,;=:@",
    '/"<>\\^`{|}',
    `/${'long/'.repeat(1000)}`,
  ]) {
    check(`18: ${target.slice(0, 40)} stays as sent`, async (bench) => {
      const { seen } = await bench.exchange(get(target, 'Host: x'));
      expect(seen.target).toBe(target);
    });
  }

  for (const target of ['/ä', '/a#fragment', '/\xff']) {
    check(`18: ${target} is refused or stays as sent`, async (bench) => {
      const seen = await seenOrRefused(bench, get(Buffer.from(target).toString('latin1'), 'Host: x'));
      // A fragment is the client's own affair.
      if (seen) expect([Buffer.from(target).toString('latin1'), '/a']).toContain(seen.target);
    });
  }
});
