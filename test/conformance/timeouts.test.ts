import { expect } from 'vitest';
import { until } from '../support/lab-fixture.ts';
import { conformance, GET, OK } from './conformance.ts';
import { statusOf } from './message.ts';
import { PATIENCE } from './wire.ts';

const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf';
/** More than the sockets on its way hold. */
const UPLOAD = `${'x'.repeat(16_000_000)}!`;
/** Its pauses are much shorter than it may be silent, all of it takes longer than either may. */
const LONG_ANSWER = { timeouts: { firstByte: 1000, idle: 2000 } };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

conformance('timeouts', (check) => {
  check(
    '8: an origin that falls silent in its answer costs the connection',
    { timeouts: { idle: 150 } },
    async (bench) => {
      const client = await bench.client();
      client.send(GET);
      const seen = await bench.origin.request();
      seen.answer(HALF);
      await client.arrived('half');
      await Promise.all([client.closed(), seen.wire.closed()]);
      await until(() => bench.inFlight === 0, 'it is over', PATIENCE);
      expect(bench.attempts.at(-1)).toMatchObject({ failure: 'idle-timeout', last: true });
    },
  );

  check(
    '8: an answer that came while the balancer was held up is not late',
    { timeouts: { firstByte: 300 } },
    async (bench) => {
      const client = await bench.client();
      client.send(GET);
      (await bench.origin.request()).answer(OK);
      // As another program, a collection of garbage or Ctrl+Z would.
      for (const end = Date.now() + 1000; Date.now() < end; );
      expect(statusOf(await client.message('response'))).toBe(200);
    },
  );

  check('8: an origin that says a word now and then is not silent', LONG_ANSWER, async (bench) => {
    const client = await bench.client();
    client.send(GET);
    const seen = await bench.origin.request();
    seen.answer('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n');
    for (const letter of 'evenkeel') {
      await pause(300);
      seen.wire.send(letter);
    }
    expect((await client.message('response')).body).toBe('evenkeel');
  });

  check(
    '8: an origin that waits for the rest of an upload is not silent',
    { timeouts: { idle: 1000 } },
    async (bench) => {
      const client = await bench.client();
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\nhalf');
      const wire = await bench.origin.wire(0);
      await wire.arrived('half');
      wire.send(HALF);
      await client.arrived('half');
      for (const letter of 'evenkeel') {
        await pause(200);
        client.send(letter);
      }
      (await bench.origin.request()).wire.send('half');
      expect((await client.message('response')).body).toBe('halfhalf');
    },
  );

  check(
    '8: … and is when it has all of it, also where it was slow to take it',
    { timeouts: { idle: 1000 } },
    async (bench) => {
      bench.origin.byHand();
      const client = await bench.client();
      client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${UPLOAD.length}\r\n\r\n`);
      const wire = await bench.origin.wire(0);
      await wire.arrived('\r\n\r\n');
      wire.send(HALF);
      await client.arrived('half');
      wire.socket.pause();
      client.send(UPLOAD);
      await pause(100);
      wire.socket.resume();
      await until(() => wire.log.endsWith('!'), 'all of the upload', PATIENCE);
      await client.closed();
    },
  );

  check(
    '8: the time for the whole request is over before an answer: 504',
    { timeouts: { total: 1000 } },
    async (bench) => {
      const client = await bench.client();
      client.send(GET);
      const { wire } = await bench.origin.request();
      const answer = await client.message('response');
      expect([statusOf(answer), answer.body]).toEqual([
        504,
        '504 Gateway Timeout: origin A did not finish before the time for the whole request was over\n',
      ]);
      await wire.closed();
      expect(bench.attempts.at(-1)).toMatchObject({ failure: 'total-timeout', status: 504 });
    },
  );

  check(
    '8: … in the middle of one that keeps coming: the connection is cut',
    { timeouts: { total: 1000 } },
    async (bench) => {
      const client = await bench.client();
      client.send(GET);
      const seen = await bench.origin.request();
      seen.answer('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      const drip = setInterval(() => seen.wire.send('x'), 50);
      await client.closed();
      clearInterval(drip);
      await until(() => bench.inFlight === 0, 'it is over', PATIENCE);
      expect(bench.attempts.at(-1)).toMatchObject({ failure: 'total-timeout', last: true });
    },
  );

  check(
    '8: … in the middle of an upload, by a connection that had another before: 504',
    { timeouts: { total: 1500 } },
    async (bench) => {
      await bench.exchange(GET);
      const client = await bench.client();
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
      const drip = setInterval(() => client.send('x'), 50);
      try {
        expect(statusOf(await client.message('response'))).toBe(504);
      } finally {
        clearInterval(drip);
      }
      expect(bench.origin.wires).toHaveLength(1);
      expect(bench.attempts.at(-1)).toMatchObject({ failure: 'total-timeout', status: 504 });
    },
  );

  check(
    '8: … in the queue: 504, and the one before it is not disturbed',
    { timeouts: { total: 2000, firstByte: 5000 }, limits: { maxInFlight: 1 } },
    async (bench) => {
      const first = await bench.client();
      first.send(GET);
      const seen = await bench.origin.request();
      await pause(300);
      const second = await bench.client();
      second.send(GET);
      await until(() => bench.engine.recorder.queued === 1, 'the second waits', PATIENCE);
      seen.answer(HALF);
      // The first has its own 2 s; it ends in time, and so the second gets what is left of its own.
      seen.wire.send('half');
      expect((await first.message('response')).body).toBe('halfhalf');
      const { wire } = await bench.origin.request();
      expect(statusOf(await second.message('response'))).toBe(504);
      await wire.closed().catch(() => undefined);
      expect(bench.attempts.map(({ failure }) => failure)).toEqual([undefined, 'total-timeout']);
    },
  );

  check(
    '8: … before its turn comes: 504 without an attempt',
    { timeouts: { total: 1500 }, limits: { maxInFlight: 1, queueTimeout: 30_000 } },
    async (bench) => {
      const first = await bench.client();
      first.send('GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      const seen = await bench.origin.request();
      seen.answer('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      await first.message('response');
      const second = await bench.client();
      second.send(GET);
      const answer = await second.message('response');
      expect([statusOf(answer), answer.body]).toEqual([
        504,
        '504 Gateway Timeout: the request did not finish before the time for the whole request was over\n',
      ]);
      // A tunnel may last: its own time was over long ago.
      first.send('still there?');
      await seen.wire.arrived('still there?');
    },
  );

  check(
    '10: a client that leaves while its request waits for another try is not tried for any more',
    { dead: 1, origins: 0, retry: { attempts: 20, backoff: 60_000, maxBackoff: 60_000 } },
    async (bench) => {
      const client = await bench.client();
      client.send(GET);
      await until(() => bench.attempts.length === 1, 'the first try has failed', PATIENCE);
      client.reset();
      await until(() => bench.inFlight === 0, 'it is over', PATIENCE);
      expect(bench.attempts.map(({ failure, status }) => [failure, status])).toEqual([
        ['connect-refused', 0],
        ['client-gone', 499],
      ]);
    },
  );

  check(
    '10: a client that leaves the queue leaves its place to the next',
    { limits: { maxInFlight: 1 } },
    async (bench) => {
      const [first, second, third] = [await bench.client(), await bench.client(), await bench.client()];
      first.send(GET);
      const seen = await bench.origin.request();
      for (const [client, name] of [
        [second, 'second'],
        [third, 'third'],
      ] as const) {
        client.send(`GET /${name} HTTP/1.1\r\nHost: x\r\n\r\n`);
        await until(() => bench.engine.recorder.queued === (name === 'second' ? 1 : 2), `${name} waits`, PATIENCE);
      }
      second.reset();
      await until(() => bench.engine.recorder.queued === 1, 'its place is free', PATIENCE);
      seen.answer(OK);
      expect((await bench.origin.request()).target).toBe('/third');
    },
  );
});
