import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { Peer } from '../../src/protocol/peer.ts';
import { startWebHost, type WebHost } from '../../src/web/web-host.ts';
import { MAX_MESSAGE_BYTES, MAX_SOCKETS } from '../../src/web/web-sockets.ts';
import { openSocket, pageTransport } from '../support/page-socket.ts';
import { request } from '../support/raw-http.ts';
import { StubLab } from '../support/stub-lab.ts';

let host: WebHost;
let lab: StubLab;
let own: string;

beforeEach(async () => {
  lab = new StubLab();
  host = await startWebHost({ lab, host: '127.0.0.1', port: 0, ui: false });
  own = `http://127.0.0.1:${host.port}`;
});
afterEach(() => host.close());

async function cookie(): Promise<string> {
  const response = await fetch(`${own}/session`, {
    method: 'POST',
    headers: { Origin: own },
    body: JSON.stringify({ token: host.token }),
  });
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** Opens /ws with exactly these headers; the status that refused it, 101 when it opened. */
async function statusOf(headers: Record<string, string>, path = '/ws'): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers });
  const status = await new Promise<number>((resolve, reject) => {
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.once('error', reject);
  });
  socket.on('error', () => {}); // giving up a refused handshake is one
  socket.terminate();
  return status;
}

describe("the web host's WebSocket", () => {
  it('opens for our page and for scripts', async () => {
    expect(await statusOf({ Origin: own, Cookie: await cookie() })).toBe(101);
    expect(await statusOf({ Origin: own, Authorization: `Bearer ${host.token}` })).toBe(101);
    expect(await statusOf({ Authorization: `Bearer ${host.token}` })).toBe(101);
  });

  it.each([
    'http://evil.example',
    'null',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1:1',
    'http://localhost:PORT',
    'ws://127.0.0.1:PORT',
  ])('is closed to a page of %s, whatever it knows', async (origin) => {
    const headers = { Origin: origin.replace('PORT', String(host.port)) };
    expect(await statusOf({ ...headers, Cookie: await cookie() })).toBe(403);
    expect(await statusOf({ ...headers, Authorization: `Bearer ${host.token}` })).toBe(403);
    expect(lab.pages).toBe(0);
  });

  it('is closed to who does not know the token', async () => {
    expect(await statusOf({ Origin: own })).toBe(401);
    expect(await statusOf({ Origin: own, Cookie: `evenkeel_${host.port}=x` })).toBe(401);
    expect(await statusOf({ Origin: own, Authorization: 'Bearer x' })).toBe(401);
    expect(await statusOf({ Cookie: await cookie() })).toBe(403);
    expect(await statusOf({ Origin: own }, `/ws?t=${host.token}`)).toBe(401);
    expect(lab.pages).toBe(0);
  });

  it('is closed to a rebound name and to no name', async () => {
    const headers = { Authorization: `Bearer ${host.token}` };
    expect(await statusOf({ ...headers, Host: 'evil.example' })).toBe(403);
    expect(
      await statusOf({ ...headers, Host: `evil.example:${host.port}`, Origin: `http://evil.example:${host.port}` }),
    ).toBe(403);
  });

  it.each(['/', '/ws/', '/WS', '/api/lab', '/%77s'])('is not at %s', async (path) => {
    expect(await statusOf({ Authorization: `Bearer ${host.token}` }, path)).toBe(404);
  });

  it('refuses other upgrades and handshakes that are none', async () => {
    const headers = { Authorization: `Bearer ${host.token}`, Connection: 'Upgrade' };
    expect((await request(host.port, 'GET /ws', { ...headers, Upgrade: 'h2c' })).status).toBe(400);
    expect((await request(host.port, 'GET /ws', { ...headers, Upgrade: 'websocket' })).status).toBe(400);
    expect((await request(host.port, 'POST /ws', { ...headers, Upgrade: 'websocket' })).status).toBe(405);
  });

  it('refuses with the headers of every answer, and no CORS', async () => {
    const response = await request(host.port, 'GET /ws', {
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      Origin: 'http://evil.example',
    });
    expect(response.status).toBe(403);
    expect(response.headers.has('content-security-policy')).toBe(true);
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('serves the lab: its state first, then replies', async () => {
    const peer = new Peer(await pageTransport(openSocket(host)));
    const states: unknown[] = [];
    peer.on('state', (state) => states.push(state));
    expect(await peer.request('command', { command: 'marker', text: 'from the page' })).toEqual({});
    expect(states).toEqual([lab.state]);
    expect(lab.pages).toBe(1);
    peer.close();
    await expect.poll(() => lab.pages).toBe(0);
  });

  it('closes on binary messages from a page', async () => {
    const socket = openSocket(host);
    await once(socket, 'open');
    socket.send(new Uint8Array([1, 2, 3]));
    expect(await once(socket, 'close')).toEqual([1003, Buffer.from('text only')]);
    await expect.poll(() => lab.pages).toBe(0);
  });

  it('closes on a message over 1 MiB, and only then', async () => {
    const socket = openSocket(host);
    await once(socket, 'open');
    socket.send(JSON.stringify('x'.repeat(MAX_MESSAGE_BYTES - 2)));
    await expect.poll(() => lab.pages).toBe(1);
    socket.send(JSON.stringify('x'.repeat(MAX_MESSAGE_BYTES - 1)));
    expect((await once(socket, 'close'))[0]).toBe(1009);
    await expect.poll(() => lab.pages).toBe(0);
  });

  it('closes on what is not a WebSocket frame', async () => {
    const socket = openSocket(host);
    const opened = once(socket, 'open');
    const [response] = await once(socket, 'upgrade');
    await opened;
    response.socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    expect((await once(socket, 'close'))[0]).toBe(1002);
    await expect.poll(() => lab.pages).toBe(0);
  });

  it('has a limit of pages, and room again when one leaves', async () => {
    const sockets = Array.from({ length: MAX_SOCKETS }, () => openSocket(host));
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    const headers = { Authorization: `Bearer ${host.token}` };
    expect(await statusOf(headers)).toBe(503);
    sockets[0]?.terminate();
    await expect.poll(() => lab.pages).toBe(MAX_SOCKETS - 1);
    expect(await statusOf(headers)).toBe(101);
  });

  it('tells its pages that the lab has stopped', async () => {
    const socket = openSocket(host);
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await host.close();
    expect(await closed).toEqual([1001, Buffer.from('the lab has stopped')]);
    expect(lab.pages).toBe(0);
  });
});
