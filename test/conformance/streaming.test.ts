import { expect } from 'vitest';
import { until } from '../support/lab-fixture.ts';
import { type Bench, conformance, GET, OK } from './conformance.ts';
import { statusOf } from './message.ts';
import { PATIENCE, type Wire } from './wire.ts';

const MIB = 1024 * 1024;
const SIZE = 128 * MIB;
/** What two pairs of socket buffers and two processes' streams may hold; the body is four times as much. */
const BOUND = 32 * MIB;
/** ms for all of it on a machine that is busy with something else. */
const LONG = 25_000;

/** Writes `SIZE` bytes as fast as they are taken. */
function pour(wire: Wire): { taken: number; done: boolean } {
  const progress = { taken: 0, done: false };
  const piece = Buffer.alloc(65_536, 'x');
  const next = (): void => {
    if (progress.taken === SIZE) {
      progress.done = true;
      return;
    }
    wire.socket.write(piece, (error) => {
      if (error) return;
      progress.taken += piece.length;
      next();
    });
  };
  next();
  return progress;
}

/** Waits until nothing has moved for a while: everything between is full. */
async function stalled(progress: { taken: number }): Promise<number> {
  let before = -1;
  await until(
    async () => {
      const same = progress.taken > 0 && progress.taken === before;
      before = progress.taken;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return same;
    },
    'the flow stalls',
    LONG,
  );
  return progress.taken;
}

/** Counts from here on instead of keeping; the beginning is kept. */
function count(wire: Wire): { bytes: number; head: string } {
  const counted = { bytes: wire.text.length, head: wire.text };
  wire.socket.removeAllListeners('data');
  wire.socket.on('data', (data: Buffer) => {
    if (counted.head.length < 4096) counted.head += data.toString('latin1', 0, 4096);
    counted.bytes += data.length;
  });
  return counted;
}

/** A client that does not read, and an origin that has begun to answer it. */
async function downloading(bench: Bench): Promise<{ client: Wire; origin: Wire }> {
  bench.origin.byHand();
  const client = await bench.client();
  client.send(GET);
  client.socket.pause();
  const origin = await bench.origin.wire(0);
  await origin.arrived('\r\n\r\n');
  origin.send(`HTTP/1.1 200 OK\r\nContent-Length: ${SIZE}\r\n\r\n`);
  return { client, origin };
}

conformance('streaming', (check) => {
  check('17: an event stream is flushed event by event', async (bench) => {
    const client = await bench.client();
    client.send(GET);
    const seen = await bench.origin.request();
    seen.answer('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n');
    await client.arrived('\r\n\r\n');
    for (const event of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
      seen.answer(event);
      await client.arrived(event);
    }
  });

  for (const [what, head, frame] of [
    ['in chunks', 'Transfer-Encoding: chunked', (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`],
    ['of a length', 'Content-Length: 1000', (text: string) => text],
    ['until the end', 'Connection: close', (text: string) => text],
  ] as const) {
    check(`17: the head, and each piece of a body, go out at once: ${what}`, async (bench) => {
      const client = await bench.client();
      client.send(GET);
      const seen = await bench.origin.request();
      seen.answer(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`);
      await client.arrived('\r\n\r\n');
      for (const piece of ['first', 'second', 'third']) {
        seen.answer(frame(piece));
        await client.arrived(piece);
      }
    });
  }

  for (const [what, head, frame] of [
    ['in chunks', 'Transfer-Encoding: chunked', (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`],
    ['of a length', 'Content-Length: 1000', (text: string) => text],
  ] as const) {
    check(`17: a request’s head, and each piece of its body, go on at once: ${what}`, async (bench) => {
      const client = await bench.client();
      client.send(`POST / HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`);
      const wire = await bench.origin.wire(0);
      for (const piece of ['first', 'second', 'third']) {
        client.send(frame(piece));
        await wire.arrived(piece);
      }
    });
  }

  check(
    '17: an upload may take longer than a connection to its origin, and than the first byte of its answer',
    { timeouts: { connect: 1000, firstByte: 1000 } },
    async (bench) => {
      const client = await bench.client();
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n');
      for (let i = 0; i < 8; i++) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        client.send('x');
      }
      (await bench.origin.request()).answer(OK);
      expect((await client.message('response')).body).toBe('ok');
    },
  );

  check('17: both directions flow at the same time', async (bench) => {
    bench.origin.byHand();
    const client = await bench.client();
    client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nping\r\n');
    const wire = await bench.origin.wire(0);
    await wire.arrived('ping');
    wire.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npong\r\n');
    await client.arrived('pong');
    client.send('5\r\nping2\r\n');
    await wire.arrived('ping2');
    wire.send('5\r\npong2\r\n');
    await client.arrived('pong2');
    client.send('0\r\n\r\n');
    await wire.arrived('0\r\n\r\n');
    wire.send('0\r\n\r\n');
    expect((await client.message('response')).body).toBe('pongpong2');
    await until(() => bench.inFlight === 0, 'it has ended', PATIENCE);
  });

  check(
    '17: a slow reader slows the origin, and gets all 128 MiB in the end',
    { timeouts: { idle: 300 } },
    async (bench) => {
      const { client, origin } = await downloading(bench);
      const progress = pour(origin);
      expect(await stalled(progress)).toBeLessThan(BOUND);
      const counted = count(client);
      client.socket.resume();
      const length = (): number => counted.head.indexOf('\r\n\r\n') + 4 + SIZE;
      await until(() => counted.bytes >= length(), 'all of it', LONG);
      expect([counted.bytes, progress.done]).toEqual([length(), true]);
      await until(() => bench.inFlight === 0, 'it has ended', PATIENCE);
    },
  );

  check('17: a reader that leaves while it is slow frees the origin', async (bench) => {
    const { client, origin } = await downloading(bench);
    await stalled(pour(origin));
    client.socket.destroy();
    await until(() => origin.gone !== undefined && bench.inFlight === 0, 'the origin is free', PATIENCE);
  });

  check('17: a slow origin slows the sender, and gets all 128 MiB in the end', async (bench) => {
    bench.origin.byHand();
    const client = await bench.client();
    client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${SIZE}\r\n\r\n`);
    const origin = await bench.origin.wire(0);
    await origin.arrived('\r\n\r\n');
    origin.socket.pause();
    const head = origin.text.indexOf('\r\n\r\n') + 4;
    const progress = pour(client);
    expect(await stalled(progress)).toBeLessThan(BOUND);
    const counted = count(origin);
    origin.socket.resume();
    await until(() => counted.bytes >= head + SIZE, 'all of it', LONG);
    expect(counted.bytes).toBe(head + SIZE);
    origin.send(OK);
    expect((await client.message('response')).body).toBe('ok');
  });

  check(
    '17: an answer that comes before the body has ended is relayed, and nothing is left on either connection',
    async (bench) => {
      const client = await bench.client();
      client.send('POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
      const wire = await bench.origin.wire(0);
      await wire.arrived('half');
      wire.send('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig');
      const answer = await client.message('response');
      expect([statusOf(answer), answer.body]).toEqual([413, 'big']);
      client.send('GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'.padEnd(96));
      await bench.expectAlive();
      expect(bench.origin.requests.map(({ target }) => target)).toEqual(['/alive']);
    },
  );

  check(
    '17: an answer that comes before the body has ended reaches a client that sends all of it first',
    async (bench) => {
      bench.origin.byHand();
      const client = await bench.client();
      client.socket.pause();
      client.send(`POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: ${40 * MIB}\r\n\r\nhalf`);
      const wire = await bench.origin.wire(0);
      await wire.arrived('half');
      wire.send('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig');
      for (let sent = 0; sent < 40 && client.gone === undefined; sent++) {
        client.send(Buffer.alloc(MIB, 'x'));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      client.socket.resume();
      expect((await client.message('response')).body).toBe('big');
    },
  );

  check('17: a body that goes on after the whole answer does not become the next request', async (bench) => {
    const client = await bench.client();
    client.send('POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n');
    const wire = await bench.origin.wire(0);
    await wire.arrived('half');
    wire.send(OK);
    expect((await client.message('response')).body).toBe('ok');
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
    client.send(`${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`);
    await bench.expectAlive();
    expect(bench.origin.requests.map(({ target }) => target)).toEqual(['/alive']);
    expect(bench.origin.wires).toHaveLength(2);
  });

  check(
    '17: an answer to the first bytes of 4 MiB is relayed, and the next request has a clean connection',
    async (bench) => {
      bench.origin.byHand((wire) => {
        void wire.arrived('\r\n\r\n').then(() => wire.send(OK));
      });
      const client = await bench.client();
      client.send(`POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: ${4 * MIB}\r\n\r\n`);
      client.send(Buffer.alloc(4 * MIB, 'x'));
      expect((await client.message('response')).body).toBe('ok');
      const next = await bench.client();
      next.send(GET);
      expect((await next.message('response')).body).toBe('ok');
      expect(bench.origin.wires.map(({ log }) => log.split(' ')[0])).toEqual(['POST', 'GET']);
    },
  );
});
