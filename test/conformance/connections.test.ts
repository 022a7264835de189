import { expect } from 'vitest';
import { conformance, GET, OK } from './conformance.ts';
import { type Message, statusOf } from './message.ts';

const POST = 'POST /form HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 5\r\n\r\nhello';

conformance('connections', (check) => {
  check('22: three requests on one client connection use one origin connection', async (bench) => {
    bench.origin.answerAll(OK);
    const client = await bench.client();
    for (let i = 0; i < 3; i++) {
      client.send(GET);
      expect((await client.message('response')).body).toBe('ok');
    }
    expect(bench.origin.wires).toHaveLength(1);
  });

  check('22: clients one after the other use one origin connection', async (bench) => {
    for (let i = 0; i < 3; i++) await bench.exchange(GET);
    expect(bench.origin.wires).toHaveLength(1);
  });

  for (const [what, request, response] of [
    ['204', GET, 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['304', GET, 'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'],
    ['404', GET, 'HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope'],
    ['a HEAD', GET.replace('GET', 'HEAD'), 'HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n'],
    ['a chunked answer', GET, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['an empty body', GET, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a POST', POST, OK],
    ['a chunked POST', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n', OK],
    ['an informational response', GET, `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`],
  ] as const) {
    check(`22: both connections are kept after ${what}`, async (bench) => {
      const client = await bench.client();
      for (let i = 0; i < 2; i++) {
        client.send(request);
        (await bench.origin.request()).answer(response);
        let answer = await client.message(request.startsWith('HEAD') ? 'response without body' : 'response');
        while (statusOf(answer) < 200) answer = await client.message('response');
        expect(answer.raw).toContain(response.split('\r\n\r\n').at(-2)?.split('\r\n')[0]);
      }
      expect(bench.origin.wires).toHaveLength(1);
    });
  }

  check('22: nothing but its own answer reaches a client when the origin sends more than its length', async (bench) => {
    const client = await bench.client();
    client.send(GET);
    (await bench.origin.request()).answer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more');
    // The right two bytes, a 502 or a cut are all fine.
    const answer = await client.message('response').catch(() => client.closed());
    if (typeof answer !== 'string') expect([200, 502]).toContain(statusOf(answer));
    expect(client.log).not.toContain('and more');
    await bench.expectAlive();
    expect(bench.origin.wires).toHaveLength(2);
  });

  for (const [what, response] of [
    ['says Connection: close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['says Connection: Close among others', 'HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok'],
    ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['sends more than one answer', `${OK}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison`],
  ] as const) {
    check(`22: an origin's connection is not used again when it ${what}`, async (bench) => {
      const { client, answer } = await bench.exchange(GET, response);
      expect(answer.body).toBe('ok');
      client.send('GET /second HTTP/1.1\r\nHost: x\r\n\r\n');
      const seen = await bench.origin.request();
      seen.answer('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond');
      expect((await client.message('response')).body).toBe('second');
      expect(seen.wire).toBe(bench.origin.wires[1]);
    });
  }

  check('22: an answer nobody asked for, on an idle connection, is nobody’s', async (bench) => {
    const { seen } = await bench.exchange(GET);
    seen.answer('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison');
    // Closing at once is one way; the other, a look before the next use, cannot be seen from here.
    await Promise.race([seen.wire.closed(), new Promise((resolve) => setTimeout(resolve, 100))]);
    const { answer } = await bench.exchange(GET);
    expect(answer.body).toBe('ok');
  });

  check('22: pipelined requests are answered in order', async (bench) => {
    const client = await bench.client();
    client.send(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
    // The last first: whatever the proxy asks at once, it has to sort.
    bench.origin.answerAll(({ target }) => `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${target}`);
    for (const path of ['/1', '/2', '/3']) expect((await client.message('response')).body).toBe(path);
  });

  check('22: pipelined requests are balanced one by one', { origins: 2 }, async (bench) => {
    for (const origin of bench.origins) origin.answerAll(OK);
    const client = await bench.client();
    client.send(GET.repeat(4));
    for (let i = 0; i < 4; i++) await client.message('response');
    expect(bench.origins.map(({ requests }) => requests.length)).toEqual([2, 2]);
  });

  check('22: a pipelined request behind a POST is not taken for its body', async (bench) => {
    bench.origin.answerAll(OK);
    const client = await bench.client();
    client.send(`${POST}GET /after HTTP/1.1\r\nHost: x\r\n\r\n`);
    for (let i = 0; i < 2; i++) await client.message('response');
    expect(bench.origin.requests.map(({ method, target, body }) => [method, target, body])).toEqual([
      ['POST', '/form', 'hello'],
      ['GET', '/after', ''],
    ]);
  });

  check(
    '22: a client that half-closes after its request gets its answer, or the end, but is not left waiting',
    async (bench) => {
      // A FIN may as well mean that it has left for good: a proxy cannot tell.
      bench.origin.answerAll(OK);
      const client = await bench.client(true);
      client.send(GET);
      client.end();
      await client.closed();
      expect(client.log === '' || client.log.endsWith('\r\n\r\nok')).toBe(true);
    },
  );

  check('22: a client that half-closes after several requests gets all answers, or none', async (bench) => {
    bench.origin.answerAll(({ target }) => `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${target}`);
    const client = await bench.client(true);
    client.send(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
    client.end();
    await client.closed();
    if (client.text === '') return;
    const answers: Message[] = [];
    while (client.text !== '') answers.push(await client.message('response'));
    expect(answers.map(({ body }) => body)).toEqual(['/1', '/2', '/3']);
    expect(answers.map(({ headers }) => headers.list('connection').includes('close'))).toEqual([false, false, true]);
  });

  check('22: a POST in one breath with a half-close is answered', async (bench) => {
    bench.origin.answerAll(OK.replace('\r\n', '\r\nConnection: close\r\n'));
    for (let earlier = 0; earlier < 3; earlier++) await bench.exchange(GET);
    const client = await bench.client(true);
    // An origin connection is still to be made when all of it has been read.
    client.socket.end(POST);
    expect((await client.message('response')).body).toBe('ok');
    expect(bench.origin.requests.at(-1)?.body).toBe('hello');
  });

  for (const [what, rest] of [
    ['a head', 'GET /2 HTTP/1.1\r\nHo'],
    ['a body', 'POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel'],
  ] as const) {
    check(
      `22: a client that half-closes in the middle of ${what} behind a request is not waited for`,
      async (bench) => {
        bench.origin.answerAll(OK);
        const client = await bench.client(true);
        client.send(`${GET}${rest}`);
        client.end();
        await client.closed();
        expect(client.text.split('200 OK').length).toBeLessThan(3);
        expect(bench.origin.requests.map(({ target }) => target)).not.toContain('/2');
      },
    );
  }

  check('22: HTTP/1.0 without keep-alive is answered and closed', async (bench) => {
    const { client, answer } = await bench.exchange('GET / HTTP/1.0\r\n\r\n');
    expect(answer.body).toBe('ok');
    expect(await client.closed()).toBe('ended');
  });

  check('22: close wins over keep-alive on both sides, also in HTTP/1.0', async (bench) => {
    const first = await bench.exchange('GET / HTTP/1.0\r\nHost: x\r\nConnection: close, keep-alive\r\n\r\n');
    await first.client.closed();
    const { seen } = await bench.exchange(
      GET,
      'HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\nContent-Length: 2\r\n\r\nok',
    );
    await bench.expectAlive();
    expect(bench.origin.requests.at(-1)?.wire).not.toBe(seen.wire);
  });

  check('22: HTTP/1.0 with keep-alive may go on, and knows where the answer ends', async (bench) => {
    bench.origin.answerAll('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n');
    const client = await bench.client();
    client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    const answer = await client.message('response');
    expect([answer.body, answer.headers.has('transfer-encoding')]).toEqual(['ok', false]);
  });

  check('22: an origin that is removed still answers what it has, and its connection is not kept', async (bench) => {
    const client = await bench.client();
    client.send(GET);
    const seen = await bench.origin.request();
    bench.engine.remove('A');
    seen.answer(OK);
    expect((await client.message('response')).body).toBe('ok');
    await seen.wire.closed();
  });

  check('22: an idle connection is closed in the end, also where its origin would keep it for ever', async (bench) => {
    const { seen } = await bench.exchange(GET);
    await seen.wire.closed();
  });

  check('22: connections at once have a connection to the origin each', async (bench) => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => bench.client()));
    for (const client of clients) client.send(GET);
    const seen = await Promise.all(clients.map(() => bench.origin.request()));
    expect(new Set(seen.map(({ wire }) => wire)).size).toBe(5);
    for (const each of seen.reverse()) each.answer(OK);
    for (const client of clients) expect((await client.message('response')).body).toBe('ok');
  });
});
