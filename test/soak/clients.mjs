// Clients of the soak: good ones, who check what they get, and bad ones, who do what no client should.
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { hashOf } from './echo-origin.mjs';

const STATUSES = new Set([200, 201, 404, 500, 502, 503, 504]);
/** What a client may see when an origin dies, or is cut off, in the middle of an answer. */
const CUTS = /^(ECONNRESET|ECONNREFUSED|EPIPE|ECONNABORTED)$|socket hang up|aborted/;
const PATIENCE = 30_000;

/** Keeps `users` good clients busy until it is stopped. @param broken called with what is wrong */
export function goodClients(port, users, dice, broken) {
  const agent = new Agent({ keepAlive: true, maxSockets: users, timeout: 10_000 });
  const counts = { answered: 0, cut: 0 };
  let running = true;
  let next = 0;
  const user = async () => {
    while (running) {
      const outcome = await ask(port, agent, `soak-${next++}`, dice, broken);
      counts[outcome]++;
      if (dice.chance(0.3)) await new Promise((resolve) => setTimeout(resolve, dice.below(40)));
    }
  };
  const done = Promise.all(Array.from({ length: users }, user));
  return {
    counts,
    async stop() {
      running = false;
      await done;
      agent.destroy();
    },
  };
}

function ask(port, agent, id, dice, broken) {
  const body = dice.chance(0.4) ? Buffer.alloc(dice.below(dice.chance(0.1) ? 300_000 : 3000), id) : Buffer.alloc(0);
  const method = body.length > 0 ? dice.pick(['POST', 'PUT', 'DELETE']) : dice.pick(['GET', 'GET', 'HEAD', 'OPTIONS']);
  const framing = dice.chance(0.5) ? { 'content-length': body.length } : { 'transfer-encoding': 'chunked' };
  return new Promise((resolve) => {
    const headers = {
      'x-soak-id': id,
      'x-forwarded-for': `10.${dice.below(3)}.${dice.below(200)}.1`,
      ...(body.length > 0 && framing),
    };
    const options = { host: '127.0.0.1', port, path: `/${id}`, method, agent, headers, timeout: PATIENCE };
    const request = httpRequest(options, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.once('error', () => resolve('cut'));
      answer.once('end', () => {
        check(answer, Buffer.concat(parts), { id, method, body }, broken);
        resolve('answered');
      });
    });
    request.once('timeout', () => {
      broken(`${method} /${id} got no answer within ${PATIENCE / 1000} s`);
      request.destroy();
    });
    request.once('error', (error) => {
      const { code = '', message } = error;
      if (!CUTS.test(code) && !CUTS.test(message))
        broken(`${method} /${id} got something that is not HTTP: ${message}`);
      resolve('cut');
    });
    request.end(body);
  });
}

function check(answer, text, { id, method, body }, broken) {
  const { statusCode, headers } = answer;
  if (!STATUSES.has(statusCode)) broken(`${method} /${id} got a ${statusCode}: ${text.toString().slice(0, 100)}`);
  const echo = headers['x-echo'];
  if (echo === undefined) {
    const known = /^origin server (response :\d+|error\n|queue is full\n)$|^50[234] /.test(text.toString());
    if (text.length > 0 && !known)
      broken(`${method} /${id} got the strange answer ${JSON.stringify(text.toString().slice(0, 100))}`);
    return;
  }
  if (echo !== id) broken(`${method} /${id} got the answer to ${echo}`);
  if (headers['x-hash'] !== hashOf(body)) broken(`${method} /${id}: the origin got another body of it`);
  if (method !== 'HEAD' && Buffer.compare(text, body) !== 0) broken(`${method} /${id} got another body back`);
}

const HOST = 'Host: soak\r\n';
const GET = `GET /bad HTTP/1.1\r\n${HOST}\r\n`;

/** Each opens a connection and does one thing that no client should; all are gone after 5 s. */
const MISDEEDS = {
  'half a head, then away': (socket) => later(socket, 'GET / HTT', () => socket.destroy()),
  'half a head, then reset': (socket) => later(socket, `GET / HTTP/1.1\r\nHo`, () => socket.resetAndDestroy()),
  garbage: (socket, dice) =>
    socket.end(Buffer.from(Array.from({ length: dice.between(1, 5000) }, () => dice.below(256)))),
  'a request, then away': (socket) => socket.write(GET, () => socket.destroy()),
  'a request, then reset': (socket) => socket.write(GET, () => socket.resetAndDestroy()),
  'half a body, then away': (socket) =>
    later(socket, `POST /bad HTTP/1.1\r\n${HOST}Content-Length: 1000000\r\n\r\n${'x'.repeat(50_000)}`, () =>
      socket.destroy(),
    ),
  'half a chunk, then reset': (socket) =>
    later(socket, `POST /bad HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nffff\r\nabc`, () =>
      socket.resetAndDestroy(),
    ),
  'reads slowly, then on': (socket) => {
    socket.write(`GET /big HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
    socket.pause();
    setTimeout(() => socket.resume(), 2000);
  },
  'reads nothing, then reset': (socket) => {
    socket.write(`GET /big HTTP/1.1\r\n${HOST}\r\n`);
    socket.pause();
    setTimeout(() => socket.resetAndDestroy(), 1500);
  },
  'many at once': (socket) => socket.write(GET.repeat(20)),
  'many at once, then away': (socket) => socket.write(GET.repeat(20), () => socket.destroy()),
  'two lengths': (socket) =>
    socket.write(`POST /bad HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${GET}`),
  'a header of 100 KB': (socket) => socket.write(`GET / HTTP/1.1\r\n${HOST}X: ${'y'.repeat(100_000)}\r\n\r\n`),
  'HTTP/1.0': (socket) => socket.write('GET /old HTTP/1.0\r\n\r\n'),
  'a byte at a time, then away': (socket) => {
    let at = 0;
    const timer = setInterval(() => (at < 25 ? socket.write(GET[at++]) : socket.destroy()), 100);
    socket.once('close', () => clearInterval(timer));
  },
  'an upgrade, then away': (socket) => {
    socket.write(`GET /up HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: soak\r\n\r\n`);
    socket.once('data', () => socket.write('hello', () => setTimeout(() => socket.destroy(), 100)));
  },
  'an upgrade, then reset at once': (socket) =>
    socket.write(`GET /up HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: soak\r\n\r\n`, () =>
      socket.resetAndDestroy(),
    ),
  'says nothing': () => undefined,
  'closes its half': (socket) => socket.end(GET),
  'an expectation it does not keep': (socket) =>
    later(socket, `POST /bad HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 10\r\n\r\n`, () =>
      socket.destroy(),
    ),
};

function later(socket, bytes, then) {
  socket.write(bytes);
  setTimeout(then, 200);
}

/** Sends one bad client. @returns when it is gone */
export function misbehave(port, dice) {
  const name = dice.pick(Object.keys(MISDEEDS));
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: dice.chance(0.2) });
    const timer = setTimeout(() => socket.destroy(), 5000);
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(name);
    });
    socket.once('connect', () => MISDEEDS[name](socket, dice));
  });
}
