import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TrafficGenerator } from '../../src/engine/traffic-generator.ts';
import { until } from '../support/lab-fixture.ts';

/** A balancer by hand: sees each request's text and the connection it came by. */
interface Balancer {
  readonly server: Server;
  readonly port: number;
  readonly requests: string[];
  /** Open connections, oldest first. */
  readonly connections: Set<Socket>;
  accepted: number;
}

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

async function balancer(answer: (socket: Socket, text: string, connection: number) => void): Promise<Balancer> {
  const requests: string[] = [];
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    const connection = ++made.accepted;
    connections.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => connections.delete(socket));
    socket.setEncoding('latin1').on('data', (text: string) => {
      // One request at a time goes over a connection.
      requests.push(text);
      answer(socket, text, connection);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made: Balancer = { server, port: (server.address() as AddressInfo).port, requests, connections, accepted: 0 };
  ended.push(() => {
    for (const socket of connections) socket.destroy();
    server.close();
  });
  return made;
}

function generator({ port }: { readonly port: number }, clients = 1, timeout?: number): TrafficGenerator {
  const made = new TrafficGenerator({ host: '127.0.0.1', port, tls: false }, 1);
  made.set({ off: true, paths: ['/a', '/b'] }, { count: clients, popularity: 'uniform', ...(timeout && { timeout }) });
  ended.push(() => made.stop());
  return made;
}

const answered = (status: number, fields = '', body = 'ok'): string =>
  `HTTP/1.1 ${status} Some\r\nContent-Length: ${body.length}\r\n${fields}\r\n${body}`;

describe('the lab’s own clients', () => {
  it('send each path in turn, count answers from 500 on as failed, and keep their connections', async () => {
    const peer = await balancer((socket, text) => socket.write(answered(text.startsWith('GET /b') ? 503 : 404)));
    const traffic = generator(peer);
    for (let request = 0; request < 4; request++) {
      traffic.burst(1, 0);
      await until(() => traffic.counts().inFlight === 0, 'the answer');
    }
    expect(traffic.counts()).toEqual({ sent: 4, completed: 2, failed: 2, inFlight: 0, skipped: 0 });
    expect(peer.requests.map((text) => text.split(' ')[1])).toEqual(['/a', '/b', '/a', '/b']);
    expect(peer.requests[0]).toBe(
      `GET /a HTTP/1.1\r\nHost: 127.0.0.1:${peer.port}\r\nUser-Agent: evenkeel-traffic\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n`,
    );
    expect(peer.accepted).toBe(1);
  });

  it('send all of a burst, each on a connection of its own while nobody answers', async () => {
    const peer = await balancer(() => undefined);
    const traffic = generator(peer);
    traffic.burst(50, 0);
    await until(() => peer.requests.length === 50, 'all requests');
    expect(traffic.counts()).toMatchObject({ sent: 50, inFlight: 50 });
    expect(peer.accepted).toBe(50);
    for (const socket of peer.connections) socket.write(answered(200));
    await until(() => traffic.counts().completed === 50, 'all answers');
  });

  it('say the cookie that they were given, each its own', async () => {
    const peer = await balancer((socket, text) => {
      const client = /X-Forwarded-For: (\S+)/.exec(text)?.[1];
      socket.write(answered(200, `Set-Cookie: home=${client}; Path=/; HttpOnly\r\n`));
    });
    const traffic = generator(peer, 3);
    traffic.burst(100, 0);
    await until(() => traffic.counts().completed === 100, 'all answers');
    traffic.burst(20, 0);
    await until(() => traffic.counts().completed === 120, 'all answers');
    const later = peer.requests.slice(100);
    expect(new Set(later.map((text) => /X-Forwarded-For: (\S+)/.exec(text)?.[1])).size).toBe(3);
    for (const text of later) expect(text).toContain(`Cookie: home=${/X-Forwarded-For: (\S+)/.exec(text)?.[1]}\r\n`);
  });

  it('ask once more on a new connection where a kept one was closed under their request', async () => {
    const peer = await balancer((socket, _text, connection) => {
      if (connection === 1 && peer.requests.length > 1) socket.resetAndDestroy();
      else socket.write(answered(200));
    });
    const traffic = generator(peer);
    traffic.burst(1, 0);
    await until(() => traffic.counts().completed === 1, 'the first answer');
    traffic.burst(1, 0);
    await until(() => traffic.counts().completed === 2, 'the second answer');
    expect(peer.requests).toHaveLength(3);
    expect(traffic.counts()).toEqual({ sent: 2, completed: 2, failed: 0, inFlight: 0, skipped: 0 });
  });

  it('do not ask again on a new connection that is closed', async () => {
    const peer = await balancer((socket) => socket.destroy());
    const traffic = generator(peer);
    traffic.burst(1, 0);
    await until(() => traffic.counts().failed === 1, 'a failure');
    expect(peer.requests).toHaveLength(1);
  });

  it('leave when their patience ends, and take their connection with them', async () => {
    const peer = await balancer((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab'));
    const traffic = generator(peer, 1, 60);
    traffic.burst(1, 0);
    await until(() => traffic.counts().failed === 1, 'a failure');
    await until(() => peer.connections.size === 0, 'the end of the connections');
    expect(traffic.counts()).toEqual({ sent: 1, completed: 0, failed: 1, inFlight: 0, skipped: 0 });
  });

  it.each([
    ['nonsense', 'ICY 200 OK\r\n\r\n'],
    ['an answer cut off', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab'],
    ['a switch that nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ])('count %s as failed', async (_what, text) => {
    const peer = await balancer((socket) => socket.end(text, 'latin1'));
    const traffic = generator(peer);
    traffic.burst(1, 0);
    await until(() => traffic.counts().failed === 1, 'a failure');
    expect(traffic.counts()).toEqual({ sent: 1, completed: 0, failed: 1, inFlight: 0, skipped: 0 });
  });

  it('leave nothing behind when they stop', async () => {
    const peer = await balancer((socket) => {
      if (peer.requests.length % 2 === 0) socket.write(answered(200));
    });
    const traffic = generator(peer);
    traffic.burst(20, 0);
    await until(() => traffic.counts().completed === 10, 'half of the answers');
    traffic.stop();
    expect(traffic.counts().inFlight).toBe(0);
    await until(() => peer.connections.size === 0, 'the end of the connections');
  });

  it('count what nobody listens to as failed', async () => {
    const peer = await balancer(() => undefined);
    peer.server.close();
    const traffic = generator(peer);
    traffic.burst(3, 0);
    await until(() => traffic.counts().failed === 3, 'three failures');
  });
});
