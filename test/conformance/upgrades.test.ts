import { expect } from 'vitest';
import { until } from '../support/lab-fixture.ts';
import { type Bench, conformance, GET, OK } from './conformance.ts';
import { statusOf } from './message.ts';
import { PATIENCE, type Seen, type Wire } from './wire.ts';

const handshake = (...lines: string[]): string =>
  `${[
    'GET /chat HTTP/1.1',
    'Host: shop.example',
    ...(lines.length > 0 ? lines : ['Connection: Upgrade', 'Upgrade: websocket']),
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ].join('\r\n')}\r\n\r\n`;
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';

/** A tunnel that stands. */
async function tunnel(bench: Bench, response = SWITCHED): Promise<{ client: Wire; seen: Seen; origin: Wire }> {
  const client = await bench.client(true);
  client.send(handshake());
  const seen = await bench.origin.request();
  // What follows is not HTTP.
  seen.wire.socket.removeAllListeners('data');
  seen.wire.socket.on('data', (data: Buffer) => {
    seen.wire.text += data.toString('latin1');
  });
  seen.answer(response);
  expect(statusOf(await client.message('response'))).toBe(101);
  return { client, seen, origin: seen.wire };
}

const originHas = (origin: Wire, text: string): Promise<unknown> =>
  until(() => origin.text === text, `the origin has ${text}`, PATIENCE);

conformance('upgrades', (check) => {
  for (const [what, lines] of [
    ['a plain one', []],
    ['as Firefox sends it', ['Connection: keep-alive, Upgrade', 'Upgrade: websocket']],
    ['in another case', ['connection: UPGRADE', 'upgrade: WebSocket']],
  ] as const) {
    check(`2: a handshake keeps its Upgrade and gets a Connection of its own: ${what}`, async (bench) => {
      const client = await bench.client();
      client.send(handshake(...lines));
      const seen = await bench.origin.request();
      expect(seen.headers.list('connection').map((name) => name.toLowerCase())).toEqual(['upgrade']);
      expect(seen.headers.all('upgrade').map((name) => name.toLowerCase())).toEqual(['websocket']);
      expect(seen.headers.all('sec-websocket-key')).toEqual(['dGhlIHNhbXBsZSBub25jZQ==']);
      expect(seen.headers.all('sec-websocket-version')).toEqual(['13']);
      seen.answer(SWITCHED);
      expect(statusOf(await client.message('response'))).toBe(101);
    });
  }

  check('2: other hop-by-hop headers of a handshake are dropped', async (bench) => {
    const client = await bench.client();
    client.send(
      handshake('Connection: Upgrade, X-Private', 'X-Private: 1', 'Upgrade: websocket', 'Keep-Alive: timeout=5'),
    );
    const seen = await bench.origin.request();
    expect([seen.headers.has('x-private'), seen.headers.has('keep-alive')]).toEqual([false, false]);
    expect(seen.headers.list('connection').map((name) => name.toLowerCase())).toEqual(['upgrade']);
  });

  check('2: a 101 keeps Upgrade and Connection: Upgrade, the other hop-by-hop headers are dropped', async (bench) => {
    const client = await bench.client();
    client.send(handshake());
    (await bench.origin.request()).answer(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: x-private, upgrade\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: a=\r\n\r\n',
    );
    const answer = await client.message('response');
    expect(statusOf(answer)).toBe(101);
    expect(answer.headers.list('connection').map((name) => name.toLowerCase())).toEqual(['upgrade']);
    expect(answer.headers.all('upgrade')).toEqual(['websocket']);
    expect([answer.headers.has('x-private'), answer.headers.has('keep-alive')]).toEqual([false, false]);
    expect(answer.headers.all('sec-websocket-accept')).toEqual(['a=']);
  });

  check('15: the origin is told who asks for an upgrade', async (bench) => {
    const { seen } = await tunnel(bench);
    expect([seen.headers.all('x-forwarded-for'), seen.headers.all('x-forwarded-host')]).toEqual([
      ['127.0.0.1'],
      ['shop.example'],
    ]);
  });

  check('20: data goes both ways after 101, byte for byte', async (bench) => {
    const { client, origin } = await tunnel(bench);
    const bytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
    client.send(bytes);
    await originHas(origin, bytes);
    origin.send(bytes);
    await client.when(() => client.text === bytes, 'the echo');
    expect(bench.inFlight).toBe(1);
  });

  check('20: what comes in one packet with the 101 is the first data', async (bench) => {
    const { client } = await tunnel(bench, `${SWITCHED}first frame`);
    await client.when(() => client.text === 'first frame', 'the first frame');
  });

  check('20: what comes in one packet with the handshake is data, and comes after it', async (bench) => {
    const client = await bench.client();
    bench.origin.byHand();
    client.send(`${handshake()}early frame`);
    const wire = await bench.origin.wire(0);
    await wire.arrived('\r\n\r\n');
    wire.send(SWITCHED);
    await wire.when(() => wire.log.endsWith('\r\n\r\nearly frame'), 'the early frame');
  });

  check('20: a client that closed its half with the handshake has closed the tunnel on that side', async (bench) => {
    const client = await bench.client(true);
    client.send(handshake());
    client.end();
    const seen = await bench.origin.request();
    seen.answer(SWITCHED);
    expect(statusOf(await client.message('response'))).toBe(101);
    expect(await seen.wire.closed()).toBe('ended');
  });

  check('20: 4 MiB through a tunnel arrive whole in both directions', async (bench) => {
    const { client, origin } = await tunnel(bench);
    const bytes = Array.from({ length: 64 }, (_, i) => String.fromCharCode(i).repeat(65_536)).join('');
    client.send(bytes);
    origin.send(bytes);
    await until(
      () => origin.text.length === bytes.length && client.text.length === bytes.length,
      'all of it',
      PATIENCE,
    );
    expect([origin.text === bytes, client.text === bytes]).toEqual([true, true]);
  });

  check('20: a slow client gets through a tunnel what was sent, whatever others read meanwhile', async (bench) => {
    const { client, origin } = await tunnel(bench);
    client.socket.pause();
    const bytes = Array.from({ length: 512 }, (_, i) => String.fromCharCode(i % 256).repeat(32_768)).join('');
    origin.send(bytes);
    await until(() => origin.socket.writableLength > 0, 'the tunnel is full', PATIENCE);
    const other = await bench.client();
    other.send(GET);
    (await bench.origin.request()).answer(`HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n${'?'.repeat(60_000)}`);
    await other.message('response');
    client.socket.resume();
    await until(() => client.text.length === bytes.length, 'all of it', PATIENCE);
    expect(client.text === bytes).toBe(true);
  });

  check('20: an origin that refuses the connection is a 502', { origins: 0, dead: 1 }, async (bench) => {
    const client = await bench.client();
    client.send(handshake());
    expect(statusOf(await client.message('response'))).toBe(502);
  });

  check('20: an origin that hangs up is a 502', async (bench) => {
    const client = await bench.client();
    client.send(handshake());
    (await bench.origin.request()).wire.socket.destroy();
    expect(statusOf(await client.message('response'))).toBe(502);
  });

  check(
    '20: an origin that does not answer is a 504',
    { timeouts: { connect: 200, firstByte: 200 } },
    async (bench) => {
      const client = await bench.client();
      client.send(handshake());
      const { wire } = await bench.origin.request();
      expect(statusOf(await client.message('response'))).toBe(504);
      await wire.closed();
    },
  );

  check('20: no origin is a 503', { origins: 0 }, async (bench) => {
    const client = await bench.client();
    client.send(handshake());
    expect(statusOf(await client.message('response'))).toBe(503);
  });

  for (const [what, bytes, body] of [
    ['404', 'HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nX-A: 1\r\n\r\nnope', 'nope'],
    ['401 in chunks', 'HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnope\r\n0\r\n\r\n', 'nope'],
    ['200', OK, 'ok'],
    ['503', 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n', ''],
    ['426 without a body', 'HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n', ''],
  ] as const) {
    check(`20: an origin’s ${what} instead of 101 is relayed`, async (bench) => {
      const client = await bench.client();
      client.send(handshake());
      (await bench.origin.request()).answer(bytes);
      const answer = await client.message('response');
      expect([statusOf(answer), answer.body]).toEqual([Number(bytes.split(' ')[1]), body]);
      await until(() => bench.inFlight === 0, 'it has ended', PATIENCE);
    });
  }

  check('20: data that a client sent ahead is no request after a refusal', async (bench) => {
    const client = await bench.client();
    client.send(`${handshake()}GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`);
    const wire = await bench.origin.wire(0);
    await wire.when(() => wire.log.includes('\r\n\r\n'), 'the handshake');
    wire.send('HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope');
    expect(statusOf(await client.message('response'))).toBe(404);
    await bench.expectAlive();
    // Sent on as data or dropped; but if it reaches an origin as a request, the client must get an answer of its own to it.
    const reached = bench.origin.requests.some(({ target }) => target === '/smuggled');
    if (reached) expect(bench.engine.recorder.requests.started).toBe(3);
  });

  check('20: a client that resets while it is pending leaves the proxy running', async (bench) => {
    const client = await bench.client();
    client.send(handshake());
    const { wire } = await bench.origin.request();
    client.reset();
    await wire.closed();
    await until(() => bench.inFlight === 0, 'nothing is in flight', PATIENCE);
    await bench.expectAlive();
  });

  for (const side of ['client', 'origin'] as const) {
    check(`20: the ${side}’s half-close is passed on, and the other half stays open`, async (bench) => {
      const { client, origin } = await tunnel(bench);
      const [closer, other] = side === 'client' ? [client, origin] : [origin, client];
      closer.send('last words');
      closer.end();
      await until(() => other.text === 'last words' && other.gone === 'ended', 'the half-close arrives', PATIENCE);
      other.send('reply');
      await until(() => closer.text === 'reply', 'the reply', PATIENCE);
      other.end();
      await closer.closed();
      await until(() => bench.inFlight === 0, 'the tunnel has ended', PATIENCE);
    });

    check(`20: the ${side}’s reset ends the tunnel`, async (bench) => {
      const { client, origin } = await tunnel(bench);
      if (side === 'client') client.reset();
      else origin.reset();
      await (side === 'client' ? origin : client).closed();
      await until(() => bench.inFlight === 0, 'the tunnel has ended', PATIENCE);
      await bench.expectAlive();
    });
  }

  check('20: a tunnel survives a change of strategy, weight and policies, and a drain', async (bench) => {
    const { client, origin } = await tunnel(bench);
    bench.engine.setStrategy({ use: 'least-connections' });
    bench.engine.setWeight('A', 3);
    bench.engine.drain('A');
    client.send('still here');
    await originHas(origin, 'still here');
    origin.send('me too');
    await client.when(() => client.text === 'me too', 'the answer');
  });

  check(
    '20: a tunnel outlives the time an answer may take',
    { timeouts: { connect: 1000, firstByte: 1000 } },
    async (bench) => {
      const { client, origin } = await tunnel(bench);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      client.send('late');
      await originHas(origin, 'late');
    },
  );

  check('1: an offer to upgrade that the origin ignores is an ordinary request, its body intact', async (bench) => {
    bench.origin.answerAll(OK);
    const client = await bench.client();
    client.send(
      'POST /form HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: 5\r\n\r\nhello',
    );
    const answer = await client.message('response');
    expect([statusOf(answer), answer.body]).toEqual([200, 'ok']);
    expect(bench.origin.requests.map(({ method, body }) => [method, body])).toEqual([['POST', 'hello']]);
  });

  check('1: HTTP/2 in clear text is not tunnelled past the balancer', async (bench) => {
    const client = await bench.client();
    client.send(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
    );
    const seen = await bench.origin.request();
    if (seen.headers.has('upgrade'))
      seen.answer('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    else seen.answer(OK);
    expect(statusOf(await client.message('response'))).not.toBe(101);
  });

  check('22: an ordinary request follows a refused upgrade', async (bench) => {
    const client = await bench.client();
    client.send(handshake());
    (await bench.origin.request()).answer('HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope');
    const answer = await client.message('response');
    if (answer.headers.list('connection').includes('close')) return;
    bench.origin.answerAll(OK);
    client.send(GET);
    await client.message('response').catch(() => client.closed());
  });

  for (const [what, field] of [
    ['without saying to what', ''],
    ['to what nobody asked for', 'Upgrade: other\r\n'],
    ['to more than was asked for', 'Upgrade: websocket, other\r\n'],
    ['to HTTP/2 in clear text', 'Upgrade: h2c\r\n'],
  ] as const) {
    check(`2: a 101 that switches ${what} is a 502`, async (bench) => {
      const client = await bench.client();
      client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      (await bench.origin.request()).answer(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n${field}\r\n`);
      expect(statusOf(await client.message('response'))).toBe(502);
      await (await bench.origin.wire(0)).closed();
    });
  }

  check('2: a 101 names its protocol in whatever case it likes', async (bench) => {
    const client = await bench.client();
    client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    (await bench.origin.request()).answer(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\nhello',
    );
    await client.arrived('hello');
    expect(client.text).toMatch(/^HTTP\/1\.1 101 /);
  });
});
