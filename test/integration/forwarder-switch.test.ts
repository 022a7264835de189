import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { InboundRequest } from '../../src/engine/forwarder.ts';
import { createForwarder } from '../../src/engine/forwarders.ts';
import { ProxyServer } from '../../src/engine/proxy-server.ts';
import type { ForwarderName } from '../../src/protocol/lab.ts';
import { until } from '../support/lab-fixture.ts';

const sockets: Socket[] = [];
let server: ProxyServer | undefined;
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.close();
});

/** A front door whose requests wait until the test answers them. */
async function open(name: ForwarderName) {
  const waiting: InboundRequest[] = [];
  const create = (forwarder: ForwarderName) =>
    createForwarder(forwarder, {
      trustForwarded: 'none',
      tellsForwarded: false,
      handler: { request: (inbound) => waiting.push(inbound), malformed: () => undefined },
    });
  const proxy = new ProxyServer(create(name));
  server = proxy;
  const port = await proxy.listen({ host: '127.0.0.1', port: 0 });
  const client = () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    let text = '';
    let ended = false;
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
    socket.on('end', () => {
      ended = true;
    });
    return { socket, text: () => text, ended: () => ended };
  };
  return { proxy, waiting, create, client };
}

describe.each<[ForwarderName, ForwarderName]>([
  ['native', 'http-proxy'],
  ['http-proxy', 'native'],
])('a change from %s to %s', (from, to) => {
  test('ends idle connections at once, those in use with their request, and then lets go of the old one', async () => {
    const { proxy, waiting, create, client } = await open(from);
    const idle = client();
    const busy = client();
    for (const { socket } of [idle, busy]) socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => waiting.length === 2, 'both requests came');
    waiting[0]?.refuse(503, 'first\n');
    await until(() => idle.text().includes('first') || busy.text().includes('first'), 'one is answered');
    proxy.setForwarder(create(to));
    expect(proxy.retiring).toBe(1);
    await until(() => idle.ended() || busy.ended(), 'the idle connection is closed');
    expect(proxy.retiring).toBe(1);
    waiting[1]?.refuse(503, 'second\n');
    await until(() => proxy.retiring === 0, 'nothing is left of the old one');
    expect(`${idle.text()}${busy.text()}`).toContain('second');
    // And the new one serves.
    const next = client();
    next.socket.write('GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => waiting.length === 3, 'the new forwarder has the next request');
    expect(waiting[2]?.path).toBe('/next');
  });

  test('leaves nothing behind when nobody is connected', async () => {
    const { proxy, create } = await open(from);
    for (let changes = 0; changes < 10; changes++) proxy.setForwarder(create(changes % 2 === 0 ? to : from));
    expect(proxy.retiring).toBe(0);
  });
});
