import { expect } from 'vitest';
import { until } from '../support/lab-fixture.ts';
import { type Bench, conformance, GET, OK } from './conformance.ts';
import { statusOf } from './message.ts';
import { PATIENCE } from './wire.ts';

const POST = 'POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello';
const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf';

const settled = (bench: Bench): Promise<unknown> => until(() => bench.inFlight === 0, 'nothing is in flight', PATIENCE);

async function statusFor(bench: Bench, request: string): Promise<number> {
  const client = await bench.client();
  client.send(request);
  return statusOf(await client.message('response'));
}

conformance('failures', (check) => {
  for (const request of [GET, POST, 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n']) {
    check(
      `8: an origin that refuses is a 502: ${request.split('\r\n')[0]} ${request.length}`,
      { origins: 0, dead: 1 },
      async (bench) => {
        expect(await statusFor(bench, request)).toBe(502);
        await settled(bench);
        expect(bench.attempts.at(-1)).toMatchObject({ failure: 'connect-refused', status: 502, last: true });
      },
    );
  }

  check('8: Expect: 100-continue to an origin that refuses is a 502', { origins: 0, dead: 1 }, async (bench) => {
    const client = await bench.client();
    client.send('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');
    let answer = await client.message('response');
    if (statusOf(answer) === 100) {
      client.send('hello');
      answer = await client.message('response');
    }
    expect(statusOf(answer)).toBe(502);
  });

  for (const [what, fin] of [
    ['closes', true],
    ['resets', false],
  ] as const) {
    for (const [when, bytes] of [
      ['without a word', ''],
      ['in the status line', 'HTTP/1.1 20'],
      ['in the headers', 'HTTP/1.1 200 OK\r\nContent-Le'],
      ['after an informational response', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'],
    ] as const) {
      check(`8: an origin that ${what} ${when} is a 502`, async (bench) => {
        const client = await bench.client();
        client.send(POST);
        const { wire } = await bench.origin.request();
        if (bytes !== '') await new Promise((resolve) => wire.socket.write(bytes, resolve));
        if (fin) wire.end();
        else wire.reset();
        let answer = await client.message('response');
        if (statusOf(answer) === 103) answer = await client.message('response');
        expect(statusOf(answer)).toBe(502);
        expect(bench.origin.requests).toHaveLength(1);
      });
    }
  }

  check('8: the client is told which origin failed and how, in one sentence', async (bench) => {
    const { answer } = await bench.exchange(GET, 'SSH-2.0-OpenSSH_9.2\r\n\r\n');
    expect(answer.body).toBe('502 Bad Gateway: origin A sent something that is not HTTP\n');
  });

  check('8: an origin that does not answer is a 504', { timeouts: { firstByte: 200 } }, async (bench) => {
    const client = await bench.client();
    client.send(GET);
    const { wire } = await bench.origin.request();
    expect(statusOf(await client.message('response'))).toBe(504);
    await wire.closed();
    expect(bench.attempts.at(-1)).toMatchObject({ failure: 'first-byte-timeout', status: 504 });
  });

  check('8: half a head does not stop the clock: 504', { timeouts: { firstByte: 200 } }, async (bench) => {
    const client = await bench.client();
    client.send(GET);
    (await bench.origin.request()).answer('HTTP/1.1 200 OK\r\nX-A:');
    expect([502, 504]).toContain(statusOf(await client.message('response')));
  });

  check('8: no origin is a 503', { origins: 0 }, async (bench) => {
    expect(await statusFor(bench, GET)).toBe(503);
    expect(bench.attempts.at(-1)).toMatchObject({ failure: 'none-available', status: 503 });
  });

  check(
    '8: a refused POST leaves the connection closed, or its body is not taken for a request',
    { origins: 0 },
    async (bench) => {
      const client = await bench.client();
      const body = 'GET /x HTTP/1.1\r\nHost: x\r\n\r\n';
      client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      expect(statusOf(await client.message('response'))).toBe(503);
      client.send(GET);
      await Promise.race([client.closed(), client.message('response')]).catch(() => undefined);
      expect(bench.attempts.length).toBeLessThanOrEqual(2);
    },
  );

  for (const [what, head, part, whole] of [
    ['of a length', 'Content-Length: 1000', 'half', ''],
    ['in chunks, in a chunk', 'Transfer-Encoding: chunked', '64\r\nhalf', '0\r\n\r\n'],
    ['in chunks, between two', 'Transfer-Encoding: chunked', '4\r\nhalf\r\n', '0\r\n\r\n'],
    ['in chunks, in a size', 'Transfer-Encoding: chunked', '4\r\nhalf\r\n1', '0\r\n\r\n'],
    ['in chunks, before the last line end', 'Transfer-Encoding: chunked', '4\r\nhalf\r\n0\r\n', '0\r\n\r\n'],
  ] as const) {
    for (const how of ['closes', 'resets'] as const) {
      check(`9: an origin that ${how} mid-body cuts the client off: a body ${what}`, async (bench) => {
        const client = await bench.client();
        client.send(GET);
        const { wire } = await bench.origin.request();
        wire.send(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${part}`);
        await client.arrived('half');
        if (how === 'closes') wire.end();
        else wire.reset();
        await client.closed();
        if (whole !== '') expect(client.log.endsWith(whole)).toBe(false);
        else expect(client.log.length - client.log.indexOf('\r\n\r\n') - 4).toBeLessThan(1000);
        await settled(bench);
        expect(bench.attempts.at(-1)?.failure).toBe('broken-body');
        await bench.expectAlive();
      });
    }
  }

  check('9: a body that ends with its connection is not taken for whole when that is reset', async (bench) => {
    const client = await bench.client();
    client.send(GET);
    const { wire } = await bench.origin.request();
    wire.send('HTTP/1.1 200 OK\r\n\r\nhalf');
    await client.arrived('half');
    wire.reset();
    // In chunks the last one must be missing; without, the end must be a reset.
    if ((await client.closed()) === 'ended') {
      expect(client.log.toLowerCase()).toContain('transfer-encoding: chunked');
      expect(client.log.endsWith('0\r\n\r\n')).toBe(false);
    }
  });

  for (const how of ['closes', 'resets'] as const) {
    for (const [when, answer] of [
      ['before the headers', ''],
      ['mid-body', HALF],
    ] as const) {
      check(`10: a client that ${how} ${when} closes the origin’s connection and ends the flight`, async (bench) => {
        const client = await bench.client();
        client.send(GET);
        const { wire } = await bench.origin.request();
        expect(bench.inFlight).toBe(1);
        if (answer !== '') {
          wire.send(answer);
          await client.arrived('half');
        }
        if (how === 'closes') client.socket.destroy();
        else client.reset();
        await wire.closed();
        await settled(bench);
        expect(bench.attempts.at(-1)).toMatchObject({ failure: 'client-gone', ...(answer === '' && { status: 499 }) });
        await bench.expectAlive();
      });
    }
  }

  for (const framing of ['Content-Length: 1000', 'Transfer-Encoding: chunked']) {
    check(
      `10: a client that leaves in the middle of its own body leaves no whole request: ${framing}`,
      async (bench) => {
        const client = await bench.client();
        client.send(`POST / HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n5\r\nhello\r\n`);
        const wire = await bench.origin.wire(0);
        await wire.arrived('hello');
        client.socket.destroy();
        await wire.closed();
        await settled(bench);
        expect(bench.origin.requests).toEqual([]);
        expect(bench.attempts.at(-1)?.failure).toBe('client-gone');
      },
    );
  }

  check('10: one client that leaves does not touch another’s request', async (bench) => {
    const [leaver, stayer] = [await bench.client(), await bench.client()];
    leaver.send(GET);
    const first = await bench.origin.request();
    stayer.send(GET);
    const second = await bench.origin.request();
    leaver.reset();
    await first.wire.closed();
    second.answer(OK);
    expect((await stayer.message('response')).body).toBe('ok');
  });

  check('10: a client that leaves takes along all that it asked for at once', async (bench) => {
    const client = await bench.client();
    client.send(GET.repeat(4));
    const seen = await bench.origin.request();
    client.reset();
    await seen.wire.closed();
    await settled(bench);
  });

  check('19: a connect failure repeats a POST elsewhere, its body intact', { dead: 1 }, async (bench) => {
    bench.origin.answerAll(OK);
    for (let i = 0; i < 2; i++) expect(await statusFor(bench, POST)).toBe(200);
    expect(bench.origin.requests.map(({ body }) => body)).toEqual(['hello', 'hello']);
    expect(bench.engine.recorder.requests.retries).toBeGreaterThan(0);
  });

  check('19: a connect failure repeats 1 MiB in chunks elsewhere, byte for byte', { dead: 1 }, async (bench) => {
    bench.origin.answerAll(OK);
    const body = Array.from({ length: 1024 * 1024 }, (_, i) => String.fromCharCode((i * 31 + (i >> 8)) & 255)).join('');
    for (let i = 0; i < 2; i++) {
      const client = await bench.client();
      client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
      client.send(`80000\r\n${body.slice(0, 524_288)}\r\n`);
      client.send(`80000\r\n${body.slice(524_288)}\r\n0\r\n\r\n`);
      expect(statusOf(await client.message('response'))).toBe(200);
    }
    expect(bench.origin.requests.every((seen) => seen.body === body)).toBe(true);
    expect(bench.engine.recorder.requests.retries).toBeGreaterThan(0);
  });

  for (const method of ['POST', 'PATCH']) {
    check(
      `19: a ${method} is not repeated once bytes were sent`,
      { origins: 2, retry: { on: ['connect-failure', 'reset', 'timeout'] } },
      async (bench) => {
        const client = await bench.client();
        client.send(POST.replace('POST', method));
        const seen = await bench.origin.request();
        seen.wire.reset();
        expect(statusOf(await client.message('response'))).toBe(502);
        expect(bench.origins.map(({ requests }) => requests.length)).toEqual([1, 0]);
      },
    );
  }

  check(
    '19: a GET is repeated elsewhere after a reset where the lab says so',
    { origins: 2, retry: { on: ['reset'] } },
    async (bench) => {
      const client = await bench.client();
      client.send(GET);
      (await bench.origin.request()).wire.reset();
      const second = await (bench.origins[1] as (typeof bench.origins)[number]).request();
      second.answer(OK);
      expect(statusOf(await client.message('response'))).toBe(200);
    },
  );

  check(
    '19: nothing is repeated after the answer has begun',
    { origins: 2, retry: { on: ['reset', 'timeout'] } },
    async (bench) => {
      const client = await bench.client();
      client.send(GET);
      const seen = await bench.origin.request();
      seen.answer(HALF);
      await client.arrived('half');
      seen.wire.reset();
      await client.closed();
      expect(bench.origins[1]?.requests).toEqual([]);
    },
  );

  for (const [method, repeated] of [
    ['GET', true],
    ['POST', false],
  ] as const) {
    check(
      `19: a kept connection that its origin closes on a ${method}: ${repeated ? 'asked again' : 'never twice'}`,
      async (bench) => {
        await bench.exchange(GET);
        const client = await bench.client();
        client.send(method === 'GET' ? GET : POST);
        const stale = await bench.origin.request();
        expect(stale.wire).toBe(bench.origin.wires[0]);
        stale.wire.socket.destroy();
        if (repeated) (await bench.origin.request()).answer(OK);
        expect(statusOf(await client.message('response'))).toBe(repeated ? 200 : 502);
        expect(bench.origin.requests).toHaveLength(repeated ? 3 : 2);
      },
    );
  }

  check('19: a kept connection that its origin closed while idle costs no request', async (bench) => {
    const { seen } = await bench.exchange(POST);
    seen.wire.end();
    await seen.wire.closed();
    const { answer } = await bench.exchange(POST);
    expect(answer.body).toBe('ok');
  });
});
