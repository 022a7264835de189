import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type CheckEnd, HealthCheck } from '../../src/engine/health-check.ts';
import { Deadlines } from '../../src/engine/native/deadlines.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An origin by hand. @returns its port, what it was asked, and how many connections there were */
async function origin(answer: (socket: Socket) => void) {
  const seen = { port: 0, asked: '', connections: 0 };
  const server = createServer((socket) => {
    seen.connections++;
    socket.on('error', () => undefined).setEncoding('latin1');
    socket.on('data', (text) => {
      seen.asked += text;
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  seen.port = (server.address() as AddressInfo).port;
  closing.push(() => server.close());
  return seen;
}

const check = (port: number, timeout = 5000): Promise<CheckEnd | undefined> =>
  new Promise((resolve) => {
    new HealthCheck({ host: '127.0.0.1', port }, '/healthz', timeout, new Deadlines(), (_check, end) => resolve(end));
  });

const answer = (status: number, fields: string, body: string): string =>
  `HTTP/1.1 ${status} Some\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;

describe('a health check', () => {
  it('asks on a new connection each time, and closes it', async () => {
    const seen = await origin((socket) => socket.write(answer(204, '', '').replace('Content-Length: 0\r\n', '')));
    expect(await check(seen.port)).toEqual({ ok: true, reason: 'answered 204', load: undefined });
    await check(seen.port);
    expect(seen.connections).toBe(2);
    expect(seen.asked.split('\r\n').slice(0, 2)).toEqual(['GET /healthz HTTP/1.1', `Host: 127.0.0.1:${seen.port}`]);
    expect(seen.asked).toContain('\r\nConnection: close\r\n');
  });

  it.each([
    [399, true],
    [400, false],
    [503, false],
  ])('takes %i for %s', async (status, ok) => {
    const { port } = await origin((socket) => socket.end(answer(status, '', 'x')));
    expect(await check(port)).toMatchObject({ ok, reason: `answered ${status}` });
  });

  it('reads the load in the answer, in whatever pieces it comes, and one in a header first', async () => {
    const body = '{"status":"ok","load":0.25,"name":"Zürich"}';
    const bytes = Buffer.from(body);
    const { port } = await origin(async (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`);
      for (const [index] of bytes.entries()) {
        socket.write(bytes.subarray(index, index + 1));
        await pause(1);
      }
    });
    expect((await check(port))?.load).toEqual({ value: 0.25 });
    const header = 'Endpoint-Load-Metrics: TEXT cpu_utilization=0.75\r\n';
    const other = await origin((socket) => socket.end(answer(200, header, '{"load":0.25}')));
    expect((await check(other.port))?.load).toEqual({ value: 0.75 });
  });

  it('does not wait for the end of an endless answer', async () => {
    const { port } = await origin((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const more = setInterval(() => socket.write('x'.repeat(5000)), 1);
      socket.once('close', () => clearInterval(more));
    });
    expect(await check(port)).toEqual({ ok: true, reason: 'answered 200', load: undefined });
  });

  it('ends once, in however many chunks too much comes at a time', async () => {
    const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`;
    const { port } = await origin((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(14)}`),
    );
    let ends = 0;
    const target = { host: '127.0.0.1', port };
    await new Promise<void>((resolve) => {
      new HealthCheck(target, '/healthz', 5000, new Deadlines(), () => {
        ends++;
        setTimeout(resolve, 50);
      });
    });
    expect(ends).toBe(1);
  });

  it.each([
    ['closed without a word', (socket: Socket) => socket.end(), 'connection broke off'],
    ['reset', (socket: Socket) => socket.resetAndDestroy(), 'connection broke off'],
    [
      'cut off',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
      'connection broke off',
    ],
    ['nonsense', (socket: Socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n'), 'not an HTTP answer'],
    ['silent', () => undefined, 'no answer within 80 ms'],
  ])('fails on what is %s, and says so', async (_what, play, reason) => {
    const { port } = await origin(play);
    expect(await check(port, reason.includes('80') ? 80 : 5000)).toEqual({ ok: false, reason, load: undefined });
  });

  it('fails where nobody listens', async () => {
    const { port } = await origin(() => undefined);
    closing.splice(0).forEach((close) => {
      close();
    });
    expect(await check(port)).toEqual({ ok: false, reason: 'connection refused', load: undefined });
  });
});
