import { createHash } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Lab } from '../../src/host/lab.ts';
import { ask } from '../support/http-client.ts';
import { readFrames, startLab, until } from '../support/lab-fixture.ts';

/** An origin made of hand-written bytes: sees what really arrives and answers what no library would. */
let origin: Server;
let lab: Lab;
let port: number;
let onData: (text: string, socket: Socket, seen: string) => void;
const sockets = new Set<Socket>();
const closed: Socket[] = [];

beforeEach(async () => {
  onData = (_text, socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  origin = createServer((socket) => {
    let seen = '';
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closed.push(socket);
      sockets.delete(socket);
    });
    socket.on('data', (data) => {
      seen += data.toString('latin1');
      onData(data.toString('latin1'), socket, seen);
    });
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  lab = await startLab({
    count: 0,
    health: { active: 'off', passive: 'off' },
    timeouts: { connect: 1000, firstByte: 1000 },
  });
  const address = origin.address() as { port: number };
  await lab.command({ command: 'add-origin', origin: { name: 'raw', url: `http://127.0.0.1:${address.port}` } });
  port = lab.state.proxy.port;
});

afterEach(async () => {
  await lab.stop();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => origin.close(resolve));
  closed.length = 0;
});

/** Sends bytes as they are and collects the answer until the other side closes, or `enough` says so. */
function raw(
  bytes: string,
  enough: (text: string) => boolean = () => false,
): Promise<{ text: string; ended: boolean }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const done = (ended: boolean): void => {
      socket.destroy();
      resolve({ text, ended });
    };
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (enough(text)) done(false);
    });
    socket.on('end', () => done(true));
    socket.on('error', () => done(false));
    socket.on('close', () => done(false));
    socket.write(bytes);
  });
}

const alive = async (): Promise<void> => {
  onData = (_text, socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  expect((await ask(port)).body).toBe('ok');
  expect(lab.state.notices).toEqual([]);
};

describe('what would hurt a user of http-proxy is held off', () => {
  test('a request with a Trailer header does not take the process down', async () => {
    await raw(
      'POST / HTTP/1.1\r\nHost: x\r\nTrailer: Expires\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nExpires: now\r\n\r\n',
      (text) => text.includes('ok'),
    );
    await raw('GET / HTTP/1.1\r\nHost: x\r\nTrailer: Expires\r\n\r\n', (text) => text.includes('ok'));
    await alive();
  });

  test.each(['DELETE', 'OPTIONS', 'GET'])(
    'a chunked %s stays one request: its body is not run as a second one',
    async (method) => {
      const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
      let arrived = '';
      onData = (_text, socket, seen) => {
        arrived = seen;
        if (seen.endsWith('0\r\n\r\n')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      };
      const { text } = await raw(
        `${method} / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
        (answer) => answer.includes('ok'),
      );
      expect(text).toMatch(/^HTTP\/1\.1 200/);
      expect(arrived.toLowerCase()).toContain('transfer-encoding: chunked');
      expect(arrived).toContain(`\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`);
    },
  );

  test('an origin that dies in the middle of its answer cuts the client off instead of leaving it waiting', async () => {
    onData = (_text, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf');
      setTimeout(() => socket.resetAndDestroy(), 50);
    };
    await expect(ask(port)).rejects.toThrow(/aborted|ECONNRESET|hang up/);
    await alive();
  });

  test('a client that leaves before the answer, or in the middle of it, closes the connection to the origin', async () => {
    const screen = readFrames(lab);
    for (const answer of ['', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf']) {
      closed.length = 0;
      onData = (_text, socket) => socket.write(answer);
      const client = connect(port, '127.0.0.1');
      client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await until(() => screen.last()?.totals.columns.inFlight[0] === 1, 'it is in flight');
      await new Promise((resolve) => setTimeout(resolve, 50));
      client.destroy();
      await until(() => closed.length === 1, 'the origin sees it go');
      await until(() => screen.last()?.totals.columns.inFlight[0] === 0, 'nothing is in flight');
    }
    screen.close();
  });

  test('an origin that answers before it has the whole body gets its next request on a clean connection', async () => {
    let firstLines: string[] = [];
    onData = (text, socket, seen) => {
      firstLines = [...firstLines, ...(text.match(/^(GET|POST) \S+/gm) ?? [])];
      if (/^POST/.test(seen) && seen.length < 70_000) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly');
      else if (/^GET/.test(text)) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    };
    const posted = await ask(port, { method: 'POST', path: '/upload', body: Buffer.alloc(4 * 1024 * 1024, 'x') });
    expect(posted.body).toBe('early');
    expect((await ask(port, { path: '/next' })).body).toBe('ok');
    expect(firstLines).toContain('GET /next');
  });
});

test('three requests on one client connection use one connection to the origin', async () => {
  const used = new Set<Socket>();
  onData = (_text, socket) => {
    used.add(socket);
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  };
  for (let i = 0; i < 3; i++) await ask(port);
  expect(used.size).toBe(1);
});

test('the origin is told who asks: appended where the peer is trusted', async () => {
  let arrived = '';
  onData = (_text, socket, seen) => {
    arrived = seen;
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  };
  await ask(port, { headers: { 'x-forwarded-for': '10.1.2.3', host: 'shop.example' } });
  expect(arrived).toMatch(/^x-forwarded-for: 10\.1\.2\.3, 127\.0\.0\.1\r$/im);
  expect(arrived).toMatch(/^x-forwarded-host: shop\.example\r$/im);
});

test('an origin that speaks nonsense costs 502 with a sentence', async () => {
  onData = (_text, socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n');
  const answer = await ask(port);
  expect([answer.status, answer.body]).toEqual([502, '502 Bad Gateway: origin raw sent something that is not HTTP\n']);
});

describe('an upgrade (WebSocket)', () => {
  const handshake =
    'GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  const accept = createHash('sha1')
    .update('dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
    .digest('base64');

  test('tunnels both ways after 101', async () => {
    onData = (text, socket, seen) => {
      if (seen === text)
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
      else socket.write(`echo ${text}`);
    };
    const client = connect(port, '127.0.0.1');
    let text = '';
    client.on('data', (data) => {
      text += data.toString('latin1');
    });
    client.write(handshake);
    await until(() => text.includes('\r\n\r\n'), '101');
    expect(text).toMatch(/^HTTP\/1\.1 101/);
    client.write('hello');
    await until(() => text.includes('echo hello'), 'the echo');
    client.destroy();
    await until(() => closed.length > 0, 'the origin sees it go');
  });

  test('refused by the origin with 404 is answered 404', async () => {
    onData = (_text, socket) =>
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnope');
    const { text } = await raw(handshake, (answer) => answer.includes('nope'));
    expect(text).toMatch(/^HTTP\/1\.1 404/);
  });

  test('to a dead origin is answered 502', async () => {
    await new Promise<void>((resolve) => {
      origin.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
    const { text } = await raw(handshake);
    expect(text).toMatch(/^HTTP\/1\.1 502 Bad Gateway/);
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  });

  test('whose client resets while it is pending leaves the process running', async () => {
    let arrived = false;
    onData = () => {
      arrived = true;
    };
    const client = connect(port, '127.0.0.1');
    client.on('error', () => undefined);
    client.write(handshake);
    await until(() => arrived, 'the handshake arrived');
    client.resetAndDestroy();
    await until(() => closed.length === 1, 'the origin sees it go');
    await alive();
  });
});

test.each([
  ['garbage', 'garbage\r\n\r\n', 400],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n', 400],
  [
    'both lengths',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['headers over 64 KiB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`, 431],
])('%s is answered with its status and a closed connection', async (_name, bytes, status) => {
  const { text, ended } = await raw(bytes);
  expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(ended).toBe(true);
  await alive();
});
