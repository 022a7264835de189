import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as httpsRequest } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_POLICIES, NO_HEALTH } from '../../src/core/policies.ts';
import { Engine } from '../../src/engine/engine.ts';
import { FORWARDERS, type ForwarderName } from '../../src/protocol/lab.ts';
import { hasOpenssl } from '../support/openssl.ts';

/** TLS on both sides, with certificates made for the occasion. */
const name = hasOpenssl ? 'TLS' : 'TLS (skipped: there is no openssl to make certificates with)';

describe.skipIf(!hasOpenssl)(name, () => {
  let folder: string;
  let cert: string;
  let key: string;
  const closing: (() => unknown)[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-tls-'));
    const file = (each: string): string => join(folder, each);
    execFileSync(
      'openssl',
      // biome-ignore format: one option per pair
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
        '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', file('key.pem'), '-out', file('cert.pem')],
      { stdio: 'ignore' },
    );
    cert = readFileSync(file('cert.pem'), 'utf8');
    key = readFileSync(file('key.pem'), 'utf8');
  });

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function secureOrigin(): Promise<number> {
    const server = createServer({ cert, key }, (request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => response.end(`${request.method} ${request.headers['x-forwarded-proto']} ${body}`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    return (server.address() as AddressInfo).port;
  }

  async function proxy(forwarder: ForwarderName, origin: number, ca: string | undefined): Promise<number> {
    const engine = new Engine(
      {
        seed: 1,
        strategy: { use: 'round-robin' },
        policies: { ...DEFAULT_POLICIES, health: NO_HEALTH },
        trustForwarded: 'none',
        forwarder,
      },
      () => undefined,
    );
    closing.push(() => engine.stop());
    engine.add({ name: 'A', host: '127.0.0.1', port: origin, weight: 1, tls: ca === undefined ? {} : { ca } });
    return engine.listen({ host: '127.0.0.1', port: 0, tls: { cert, key } });
  }

  function post(port: number, body: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const request = httpsRequest({ host: '127.0.0.1', port, ca: cert, method: 'POST', agent: false }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  for (const forwarder of FORWARDERS) {
    test(`${forwarder}: a request goes through TLS on both sides, and the origin is told`, async () => {
      const port = await proxy(forwarder, await secureOrigin(), cert);
      expect(await post(port, 'hello')).toEqual({ status: 200, text: 'POST https hello' });
    });

    test(`${forwarder}: an origin whose certificate is not trusted gets nothing`, async () => {
      const port = await proxy(forwarder, await secureOrigin(), undefined);
      const { status, text } = await post(port, 'secret');
      expect(status).toBe(502);
      expect(text).toContain('certificate');
    });

    test(`${forwarder}: an origin that speaks no TLS was never reached, so that another may get the request`, async () => {
      const plain = createTcpServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 200 OK\r\n\r\n'));
      await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
      closing.push(() => plain.close());
      const port = await proxy(forwarder, (plain.address() as AddressInfo).port, cert);
      const { status, text } = await post(port, 'secret');
      // Connect failures are tried again for any method; here there is only this one.
      expect([status, text]).toEqual([502, expect.stringMatching(/speaks no TLS \(attempt 3\)/)]);
    });
  }

  test('a certificate and a key that do not fit are refused', async () => {
    const engine = new Engine(
      {
        seed: 1,
        strategy: { use: 'random' },
        policies: DEFAULT_POLICIES,
        trustForwarded: 'none',
        forwarder: 'native',
      },
      () => undefined,
    );
    closing.push(() => engine.stop());
    await expect(engine.listen({ host: '127.0.0.1', port: 0, tls: { cert, key: 'no key' } })).rejects.toThrow();
  });
});
