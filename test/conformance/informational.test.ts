import { expect } from 'vitest';
import { conformance, GET, OK } from './conformance.ts';
import { statusOf } from './message.ts';

const HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n';
const EXPECTING = 'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n';

conformance('informational responses', (check) => {
  for (const [what, head] of [
    ['103', HINTS],
    ['102', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['an unknown one', 'HTTP/1.1 199 Odd\r\n\r\n'],
  ] as const) {
    check(`11: ${what} is relayed at once, and the answer after it`, async (bench) => {
      const client = await bench.client();
      client.send(GET);
      const seen = await bench.origin.request();
      seen.answer(head);
      const first = await client.message('response');
      expect(first.start).toBe(head.split('\r\n')[0]);
      if (what === '103') {
        expect(first.headers.all('link')).toEqual(['</style.css>; rel=preload']);
        expect(first.headers.all('x-two')).toEqual(['1', '2']);
      }
      seen.answer(OK);
      const answer = await client.message('response');
      expect([statusOf(answer), answer.body, answer.headers.has('link')]).toEqual([200, 'ok', false]);
    });
  }

  check('11: several, in one packet with the answer, keep their order', async (bench) => {
    const client = await bench.client();
    client.send(GET);
    (await bench.origin.request()).answer(`HTTP/1.1 102 Processing\r\n\r\n${HINTS}${HINTS}${OK}`);
    const statuses = [];
    do statuses.push(statusOf(await client.message('response')));
    while (statuses.at(-1) !== 200);
    expect(statuses).toEqual([102, 103, 103, 200]);
  });

  check('11: an HTTP/1.0 client is sent none', async (bench) => {
    const { answer } = await bench.exchange('GET / HTTP/1.0\r\nHost: x\r\n\r\n', HINTS + OK);
    expect([statusOf(answer), answer.body]).toEqual([200, 'ok']);
  });

  check('11: hop-by-hop headers of an informational response end here', async (bench) => {
    const { answer } = await bench.exchange(
      GET,
      `HTTP/1.1 103 Early Hints\r\nConnection: X-Private\r\nX-Private: 1\r\nKeep-Alive: timeout=9\r\n\r\n${OK}`,
    );
    expect([statusOf(answer), answer.headers.has('x-private'), answer.headers.has('keep-alive')]).toEqual([
      103,
      false,
      false,
    ]);
  });

  check('11: a flood of them ends in the answer or a 502, not in memory', async (bench) => {
    const client = await bench.client();
    client.send(GET);
    (await bench.origin.request()).answer(HINTS.repeat(3000) + OK);
    let status = 0;
    do status = statusOf(await client.message('response'));
    while (status < 200);
    expect([200, 502]).toContain(status);
    await bench.expectAlive();
  });

  check('11: a 100 that nobody waits for disturbs nothing', async (bench) => {
    const client = await bench.client();
    client.send(GET);
    (await bench.origin.request()).answer(`HTTP/1.1 100 Continue\r\n\r\n${OK}`);
    let answer = await client.message('response');
    if (statusOf(answer) === 100) answer = await client.message('response');
    expect(answer.body).toBe('ok');
  });

  for (const [what, hop] of [
    ['an informational response with a length', 'HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n'],
    ['an informational response in chunks', 'HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ] as const) {
    check(`13: ${what} has no body and no length on the way out`, async (bench) => {
      const client = await bench.client();
      client.send(GET);
      (await bench.origin.request()).answer(hop + OK);
      let answer = await client.message('response');
      if (statusOf(answer) === 103) answer = await client.message('response');
      expect(answer.start.startsWith('HTTP/1.1 502') || answer.body === 'ok').toBe(true);
    });
  }

  check('11: Expect: 100-continue is passed on, or answered: the body arrives', async (bench) => {
    const client = await bench.client();
    client.send(EXPECTING);
    const wire = await bench.origin.wire(0);
    // Where the proxy passes it on, the origin has to say go; where it answers itself, the client hears of it anyway.
    void wire.arrived('100-continue').then(
      () => wire.send('HTTP/1.1 100 Continue\r\n\r\n'),
      () => undefined,
    );
    expect(statusOf(await client.message('response'))).toBe(100);
    client.send('hello');
    const seen = await bench.origin.request();
    expect(seen.body).toBe('hello');
    seen.answer(OK);
    expect(statusOf(await client.message('response'))).toBe(200);
    await bench.expectAlive();
  });

  check('11: Expect: 100-continue with the body right behind it is one request', async (bench) => {
    bench.origin.answerAll(OK);
    const client = await bench.client();
    client.send(`${EXPECTING}hello`);
    let answer = await client.message('response');
    if (statusOf(answer) === 100) answer = await client.message('response');
    expect([statusOf(answer), bench.origin.requests.map(({ body }) => body)]).toEqual([200, ['hello']]);
  });

  check('11: Expect: 100-continue without a body is one request', async (bench) => {
    bench.origin.answerAll(OK);
    const client = await bench.client();
    client.send('GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n');
    let answer = await client.message('response');
    if (statusOf(answer) === 100) answer = await client.message('response');
    expect(statusOf(answer)).toBe(200);
    expect(bench.origin.requests).toHaveLength(1);
  });

  check(
    '11: an origin that refuses instead of 100 is relayed, and a body that comes nevertheless is no request',
    async (bench) => {
      const client = await bench.client();
      const body = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
      client.send(`POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`);
      const wire = await bench.origin.wire(0);
      await wire.arrived('\r\n\r\n');
      wire.send('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 4\r\n\r\nnope');
      let answer = await client.message('response');
      if (statusOf(answer) === 100) answer = await client.message('response');
      expect([statusOf(answer), answer.body]).toEqual([417, 'nope']);
      client.send(body);
      await bench.expectAlive();
      expect(bench.origin.requests.map(({ target }) => target)).not.toContain('/smuggled');
    },
  );

  check('11: an expectation nobody knows is a 417, or passed on', async (bench) => {
    bench.origin.answerAll(OK);
    const client = await bench.client();
    client.send('GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n');
    const status = statusOf(await client.message('response'));
    expect([200, 417]).toContain(status);
    if (status === 200) expect(bench.origin.requests[0]?.headers.all('expect')).toEqual(['miracles']);
  });

  check('11: a 101 nobody asked for is a 502', async (bench) => {
    const client = await bench.client();
    client.send(GET);
    const seen = await bench.origin.request();
    seen.answer('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nframes');
    expect(statusOf(await client.message('response'))).toBe(502);
    expect(client.log).not.toContain('frames');
    await seen.wire.closed();
    await bench.expectAlive();
  });
});
