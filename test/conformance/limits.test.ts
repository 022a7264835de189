import { expect, vi } from 'vitest';
import { collectGarbage } from '../support/garbage.ts';
import { until } from '../support/lab-fixture.ts';
import { conformance, GET, OK } from './conformance.ts';
import { statusOf } from './message.ts';
import { PATIENCE } from './wire.ts';

/** How far the engine's clock is ahead of the real one (ms): a minute need not pass for a minute to have passed. */
let ahead = 0;
vi.mock('../../src/engine/clock.ts', async (original) => {
  const { now } = await original<typeof import('../../src/engine/clock.ts')>();
  return { now: () => now() + ahead };
});

const get = (...lines: string[]): string => `${['GET / HTTP/1.1', 'Host: x', ...lines].join('\r\n')}\r\n\r\n`;

conformance('limits', (check) => {
  for (const [what, bytes] of [
    ['one long value', get(`X-A: ${'a'.repeat(70_000)}`)],
    ['one long name', get(`${'a'.repeat(70_000)}: 1`)],
    ['many headers', get(...Array.from({ length: 2000 }, (_, i) => `X-Header-${i}: ${'v'.repeat(40)}`))],
    ['never ending', `GET / HTTP/1.1\r\nHost: x\r\n${`X-A: ${'a'.repeat(1000)}\r\n`.repeat(80)}`],
    ['one line that never ends', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(100_000)}`],
  ] as const) {
    check(`21: a header block over 64 KiB is a 431: ${what}`, async (bench) => {
      await bench.expectRefused(bytes, [431]);
      await bench.expectAlive();
    });
  }

  check('21: a header block of 32 KiB arrives', async (bench) => {
    const { seen } = await bench.exchange(get(`X-A: ${'a'.repeat(32_000)}`));
    expect(seen.headers.all('x-a')[0]).toHaveLength(32_000);
  });

  for (const [what, bytes] of [
    ['a whole request', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['one that never ends', `GET /${'a'.repeat(100_000)}`],
    ['a query', `GET /?${'a=b&'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ] as const) {
    check(`21: a request line over the limit is a 414: ${what}`, async (bench) => {
      await bench.expectRefused(bytes, [414]);
      await bench.expectAlive();
    });
  }

  check('21: a target of 8,000 bytes arrives', async (bench) => {
    const { seen } = await bench.exchange(`GET /${'a'.repeat(7999)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(seen.target).toHaveLength(8000);
  });

  for (const [what, bytes] of [
    ['one long value', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(70_000)}\r\nContent-Length: 2\r\n\r\nok`],
    ['many headers', `HTTP/1.1 200 OK\r\n${'X-Header: some value\r\n'.repeat(4000)}Content-Length: 2\r\n\r\nok`],
    ['never ending', `HTTP/1.1 200 OK\r\n${'X-Header: some value\r\n'.repeat(40_000)}`],
    ['a status line without end', `HTTP/1.1 200 ${'O'.repeat(100_000)}`],
  ] as const) {
    check(`21: a response’s header block over 64 KiB is a 502: ${what}`, async (bench) => {
      const client = await bench.client();
      client.send(GET);
      const seen = await bench.origin.request();
      seen.answer(bytes);
      expect(statusOf(await client.message('response'))).toBe(502);
      await seen.wire.closed();
      await bench.expectAlive();
    });
  }

  check('21: a response’s header block of 32 KiB is relayed', async (bench) => {
    const { answer } = await bench.exchange(
      GET,
      `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(32_000)}\r\nContent-Length: 2\r\n\r\nok`,
    );
    expect(answer.headers.all('x-a')[0]).toHaveLength(32_000);
  });

  for (const [what, bytes] of [
    ['a head', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: '],
    ['a request line', 'GE'],
    ['a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nha'],
    ['a chunked body', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3'],
  ] as const) {
    check(`21: a client that sends ${what} a byte a minute is cut off, and no one else`, async (bench) => {
      bench.origin.answerAll(OK);
      const slow = await bench.client();
      const late = setInterval(() => slow.send('a'), 100);
      try {
        slow.send(bytes);
        await bench.expectAlive();
        ahead += 60_000;
        await slow.closed();
        if (slow.text !== '') expect([400, 408, 504]).toContain(statusOf(await slow.message('response')));
        await bench.expectAlive();
        expect(bench.origin.requests.every(({ target }) => target === '/alive')).toBe(true);
      } finally {
        clearInterval(late);
      }
    });
  }

  check('21: a client that is late with the rest of its body gets 408, and the log says why', async (bench) => {
    const slow = await bench.client();
    slow.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nha');
    await until(() => bench.inFlight === 1, 'it is on its way', PATIENCE);
    ahead += 60_000;
    expect(statusOf(await slow.message('response'))).toBe(408);
    await slow.closed();
    expect(bench.attempts.at(-1)).toMatchObject({ failure: 'body-timeout', status: 408, last: true });
    await until(() => bench.inFlight === 0, 'it is over', PATIENCE);
    bench.origin.answerAll(OK);
    await bench.expectAlive();
  });

  check('21: a body in chunks of a byte takes no more memory than it is worth', async (bench) => {
    bench.origin.byHand((wire) => wire.socket.removeAllListeners('data').resume());
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    for (let i = 0; i < 10; i++) (await bench.client()).send(head + '1\r\nx\r\n'.repeat(60_000));
    const read = (): number => bench.origin.wires.reduce((sum, { socket }) => sum + socket.bytesRead, 0);
    for (let last = -1; read() === 0 || read() !== last; ) {
      last = read();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    collectGarbage();
    // Each piece as an object of its own would be 60 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20e6);
  });

  for (const [what, start] of [
    ['a path', (i: number) => `GET /a-path-that-is-long-${i} HTTP/1.1\r\nHost: x\r\n`],
    ['a client', (i: number) => `GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 100.100.100.${i % 250}\r\n`],
  ] as const) {
    check(`21: ${what} that is remembered does not keep the rest of a long head in memory`, async (bench) => {
      bench.origin.byHand((wire) => {
        let end = '';
        wire.socket.removeAllListeners('data').on('data', (bytes: Buffer) => {
          end = (end + bytes.toString('latin1')).slice(-4);
          if (end === '\r\n\r\n') wire.send(OK);
        });
      });
      const client = await bench.client();
      collectGarbage();
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < 500; i++) {
        client.send(`${start(i)}X-Padding: ${'y'.repeat(60_000)}\r\n\r\n`);
        expect(statusOf(await client.message('response'))).toBe(200);
      }
      collectGarbage();
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(10e6);
    });
  }

  check('21: hundreds of slow clients do not keep others waiting', async (bench) => {
    for (let i = 0; i < 300; i++) (await bench.client()).send('GET / HTTP/1.1\r\nHost: x\r\nX-A: ');
    for (let i = 0; i < 5; i++) await bench.expectAlive();
    expect(bench.origin.requests).toHaveLength(5);
  });
});
