import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_POLICIES, NO_HEALTH } from '../../src/core/policies.ts';
import { Engine } from '../../src/engine/engine.ts';
import { type AnswersDefinition, FORWARDERS, type ForwarderName } from '../../src/protocol/lab.ts';

/** What the balancer adds to answers, by both forwarders. */

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function origin(name: string): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('Set-Cookie', ['own=1', 'other=2']);
    response.end(name);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return server;
}

async function start(forwarder: ForwarderName, answers: Partial<AnswersDefinition>) {
  const engine = new Engine(
    {
      seed: 1,
      strategy: { use: 'round-robin' },
      policies: { ...DEFAULT_POLICIES, health: NO_HEALTH },
      trustForwarded: 'none',
      forwarder,
      answers: { sticky: 'off', responseHeaders: [], ...answers },
    },
    () => undefined,
  );
  closing.push(() => engine.stop());
  for (const name of ['A', 'B', 'Ü']) {
    const { port } = (await origin(name)).address() as AddressInfo;
    engine.add({ name, host: '127.0.0.1', port, weight: 1 });
  }
  const port = await engine.listen({ host: '127.0.0.1', port: 0 });
  return { engine, get: (...cookies: (string | undefined)[]) => get(port, cookies) };
}

/** @param cookies each on a line of its own */
function get(port: number, cookies: readonly (string | undefined)[]) {
  return new Promise<{ text: string; cookies: readonly string[]; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const lines = cookies.flatMap((cookie) => (cookie === undefined ? [] : ['Cookie', cookie]));
      const headers = ['Host', 'shop.example', ...lines];
      const outgoing = request({ host: '127.0.0.1', port, headers, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ text, cookies: answer.headers['set-cookie'] ?? [], headers: answer.headers }));
      });
      outgoing.on('error', reject);
      outgoing.end();
    },
  );
}

const own = (cookies: readonly string[]): string | undefined =>
  cookies.find((cookie) => cookie.startsWith('shop='))?.split(';')[0];

describe.each(FORWARDERS)('%s', (forwarder) => {
  test('a client stays with the origin it first got, and is told only once', async () => {
    const { get } = await start(forwarder, { sticky: { cookie: 'shop' } });
    const first = await get();
    const cookie = own(first.cookies);
    expect(cookie).toBeDefined();
    expect(first.cookies).toEqual(expect.arrayContaining(['own=1', 'other=2']));
    expect(first.cookies.find((each) => each.startsWith('shop='))).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    for (let i = 0; i < 5; i++) {
      const again = await get(`x=1; ${cookie}`);
      expect(again.text).toBe(first.text);
      expect(own(again.cookies)).toBeUndefined();
    }
    expect((await get('x=1', cookie, 'y=2')).text).toBe(first.text);
    const others = new Set([(await get()).text, (await get()).text, (await get()).text]);
    expect(others.size).toBe(3);
  });

  test('a drained origin serves its own; a removed one’s clients get another, and a new cookie', async () => {
    const { engine, get } = await start(forwarder, { sticky: { cookie: 'shop' } });
    const first = await get();
    const cookie = own(first.cookies);
    engine.drain(first.text);
    expect((await get(cookie)).text).toBe(first.text);
    expect((await get()).text).not.toBe(first.text);
    engine.remove(first.text);
    const moved = await get(cookie);
    expect(moved.text).not.toBe(first.text);
    expect(own(moved.cookies)).toBeDefined();
  });

  test('a cookie outlasts other headers, and stickiness that was off for a while', async () => {
    const { engine, get } = await start(forwarder, { sticky: { cookie: 'shop' } });
    const first = await get();
    const cookie = own(first.cookies);
    engine.setAnswers({ sticky: 'off', responseHeaders: ['x-evenkeel-origin'] });
    engine.setAnswers({ sticky: { cookie: 'shop' }, responseHeaders: ['x-evenkeel-origin'] });
    for (let i = 0; i < 4; i++) expect((await get(cookie)).text).toBe(first.text);
  });

  test('a cookie that somebody else wrote is worth nothing', async () => {
    const { get } = await start(forwarder, { sticky: { cookie: 'shop' } });
    const texts = new Set<string>();
    for (let i = 0; i < 3; i++) texts.add((await get('shop=A.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).text);
    expect(texts.size).toBe(3);
  });

  test('says which origin it was and how long it took, when asked to', async () => {
    const { get } = await start(forwarder, { responseHeaders: ['x-evenkeel-origin', 'server-timing'] });
    for (let i = 0; i < 3; i++) {
      const { text, headers, cookies } = await get();
      expect(decodeURIComponent(String(headers['x-evenkeel-origin']))).toBe(text);
      expect(headers['server-timing']).toMatch(/^balancer;dur=\d+\.\d, origin;dur=\d+\.\d$/);
      expect(own(cookies)).toBeUndefined();
    }
  });
});
