import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { expect } from 'vitest';
import { RETIRED_MS } from '../../src/engine/forwarder.ts';
import { until } from '../support/lab-fixture.ts';
import { type Bench, conformance, GET, OK } from './conformance.ts';
import { statusOf } from './message.ts';
import { PATIENCE, type Wire } from './wire.ts';

const MIB = 1024 * 1024;

/** So many bytes that tell where in a body they are: 16 to a number. */
function numbered(from: number, length: number): string {
  let text = '';
  for (let at = from; at < from + length; at += 16) text += `${at}`.padStart(15, '.').concat(' ');
  return text;
}

/** A request on its way to its origin. @param paused whether its client reads nothing */
async function ask(bench: Bench, request: string, paused: boolean): Promise<{ client: Wire; origin: Wire }> {
  const before = bench.origin.wires.length;
  const client = await bench.client();
  if (paused) client.socket.pause();
  client.send(request);
  const origin = await bench.origin.wire(before);
  await origin.arrived('\r\n\r\n');
  return { client, origin };
}

/** Nobody takes more of what this origin sends. */
async function stopped(origin: Wire): Promise<void> {
  for (let before = -1; origin.socket.writableLength !== before; ) {
    before = origin.socket.writableLength;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

/** A client that reads nothing, and its origin's answer of so many bytes as far as anybody takes it. */
async function unread(
  bench: Bench,
  size: number,
  more: { readonly request?: string; readonly field?: string } = {},
): Promise<{ client: Wire; origin: Wire }> {
  const { client, origin } = await ask(bench, more.request ?? GET, true);
  origin.text = '';
  origin.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n${more.field ?? ''}\r\n`);
  for (let sent = 0; sent < size; sent += MIB) origin.send(Buffer.alloc(Math.min(MIB, size - sent), 'x'));
  return { client, origin };
}

/** Bytes of a body that the proxy takes for a client that reads nothing. */
async function room(bench: Bench): Promise<number> {
  const { client, origin } = await unread(bench, 64 * MIB);
  await stopped(origin);
  client.socket.destroy();
  await until(() => bench.inFlight === 0, 'it has ended', PATIENCE);
  return bench.attempts.at(-1)?.received ?? 0;
}

conformance('slow readers', (check) => {
  check('22: an answer whose last piece its client was slow to take leaves a connection that works', async (bench) => {
    bench.origin.byHand();
    const most = await room(bench);
    for (const less of [0, 4000, 16_000, 32_000, 48_000]) {
      const { client, origin } = await unread(bench, most - less);
      // Whether the last piece is the one that is not taken depends on buffers that nobody knows to the byte.
      await until(() => bench.inFlight === 0, 'the proxy has it all', 500).catch(() => client.socket.destroy());
      await until(() => bench.inFlight === 0, 'it has ended', PATIENCE);
      if (origin.gone === undefined) {
        const next = await bench.client();
        next.send(GET);
        await origin.arrived('\r\n\r\n');
        origin.send(OK);
        expect(statusOf(await next.message('response'))).toBe(200);
      }
      client.socket.destroy();
      for (const wire of bench.origin.wires) wire.socket.destroy();
      await until(() => bench.origin.wires.every(({ socket }) => socket.destroyed), 'all are closed', PATIENCE);
    }
  });

  for (const [framing, head, piece, end] of [
    ['sized', `Content-Length: ${16 * MIB}`, (text: string) => text, ''],
    [
      'chunked',
      'Transfer-Encoding: chunked',
      (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`,
      '0\r\n\r\n',
    ],
  ] as const) {
    check(
      `17: what a slow reader gets is what was sent, whatever others read meanwhile: ${framing}`,
      { timeouts: { idle: 300 } },
      async (bench) => {
        // It is slow for longer than its origin may be silent: that is not the origin's fault.
        bench.origin.byHand();
        const { client, origin } = await ask(bench, GET, true);
        origin.send(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`);
        for (let from = 0; from < 16 * MIB; from += MIB) origin.send(piece(numbered(from, MIB)));
        origin.send(end);
        await stopped(origin);
        // Each of these is read by the proxy while it still holds some of the large one.
        const other = await ask(bench, GET, false);
        for (let i = 0; i < 5; i++) {
          if (i > 0) other.client.send(GET);
          await other.origin.arrived('\r\n\r\n');
          other.origin.text = '';
          other.origin.send(`HTTP/1.1 200 OK\r\nContent-Length: 65000\r\n\r\n${'?'.repeat(65_000)}`);
          expect((await other.client.message('response')).body.length).toBe(65_000);
        }
        client.socket.resume();
        const { body } = await client.message('response');
        expect(body === numbered(0, 16 * MIB)).toBe(true);
      },
    );
  }

  check('17: a client that asks on and on and reads nothing does not fill the memory with answers', async (bench) => {
    bench.origin.answerAll(`HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n${'x'.repeat(60_000)}`);
    const client = await bench.client();
    client.socket.pause();
    client.send(GET.repeat(1000));
    for (let before = -1; bench.origin.requests.length !== before; ) {
      before = bench.origin.requests.length;
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
    // What the system holds for it, and a few more.
    expect(bench.origin.requests.length).toBeLessThan(500);
    client.socket.resume();
    for (let answer = 0; answer < 1000; answer++) expect((await client.message('response')).body.length).toBe(60_000);
  });

  check(
    '17: a client that is slow to take its answer gets all of it where another forwarder takes over',
    async (bench) => {
      bench.origin.byHand();
      const most = await room(bench);
      for (const less of [8_000, 16_000, 32_000]) {
        const { client } = await unread(bench, most - less);
        await until(() => bench.inFlight === 0, 'the proxy has it all', 500).catch(() => undefined);
        bench.engine.setForwarder('native');
        // More than those are given who are silent.
        await new Promise((resolve) => setTimeout(resolve, 1.5 * RETIRED_MS));
        client.socket.resume();
        expect((await client.message('response')).body.length).toBe(most - less);
        client.socket.destroy();
        for (const wire of bench.origin.wires) wire.socket.destroy();
        await until(() => bench.origin.wires.every(({ socket }) => socket.destroyed), 'all are closed', PATIENCE);
      }
    },
  );

  check('17: a client that reads late gets all of an answer that closes its connection', async (bench) => {
    bench.origin.byHand();
    const most = await room(bench);
    const request = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    for (const less of [16_000, 48_000]) {
      await until(() => bench.origin.wires.every(({ socket }) => socket.destroyed), 'all are closed', PATIENCE);
      const size = most - less;
      const { client } = await unread(bench, size, { request });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      client.socket.resume();
      const answer = await client.message('response');
      expect(answer.body.length).toBe(size);
      expect(await client.closed()).toBe('ended');
      for (const wire of bench.origin.wires) wire.socket.destroy();
    }
  });

  check(
    '20: the last words of a client reach an origin that is slow to take them and has said its own',
    async (bench) => {
      let toOrigin: Socket | undefined;
      const watch = (message: unknown): void => {
        const { socket } = message as { socket: Socket };
        socket.once('connect', () => {
          if (socket.remotePort === bench.origin.port) toOrigin = socket;
        });
      };
      subscribe('net.client.socket', watch);
      try {
        bench.origin.byHand();
        const client = await bench.client(true);
        client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
        const origin = await bench.origin.wire(0);
        await origin.arrived('\r\n\r\n');
        origin.text = '';
        origin.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
        await client.arrived('\r\n\r\n');
        origin.end();
        await client.closed();
        origin.socket.pause();
        let sent = 0;
        // Until the system takes no more for the origin; the rest waits in the proxy.
        while (toOrigin?.writableLength === 0 && !toOrigin.destroyed) {
          client.send(Buffer.alloc(4096, 'x'));
          sent += 4096;
          await new Promise((resolve) => setImmediate(resolve));
          if (sent % (64 * 4096) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        }
        expect(toOrigin?.destroyed).toBe(false);
        client.end();
        await until(() => toOrigin?.writableEnded, 'its half-close is passed on', PATIENCE);
        await new Promise((resolve) => setTimeout(resolve, 50));
        origin.socket.resume();
        await until(() => origin.text.length === sent, 'all of it', PATIENCE);
        await until(() => bench.inFlight === 0, 'the tunnel has ended', PATIENCE);
      } finally {
        unsubscribe('net.client.socket', watch);
      }
    },
  );
});
