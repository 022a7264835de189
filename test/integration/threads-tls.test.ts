import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printed, start } from '../support/cli-fixture.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { freePort } from '../support/ports.ts';
import { threadedNode } from '../support/threaded-lab.ts';

const why = 'skipped' in threadedNode ? threadedNode.skipped : hasOpenssl ? '' : 'there is no openssl';

describe.skipIf(why !== '')(`several threads behind TLS${why && `: skipped: ${why}`}`, () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-threads-tls-'));
    execFileSync(
      'openssl',
      // biome-ignore format: one option per pair
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
        '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', file('key.pem'), '-out', file('cert.pem')],
      { stdio: 'ignore' },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('speak it to clients and to origins, take turns exactly, and survive clients that do not', async () => {
    if ('skipped' in threadedNode) throw new Error(threadedNode.skipped);
    const [cert, key] = [readFileSync(file('cert.pem'), 'utf8'), readFileSync(file('key.pem'), 'utf8')];
    const counts = [0, 0, 0];
    const servers = counts.map((_, index) =>
      createServer({ cert, key }, (incoming, response) => {
        if (incoming.url !== '/healthz') counts[index] = (counts[index] ?? 0) + 1;
        response.end(`${index} ${incoming.headers['x-forwarded-proto']}`);
      }),
    );
    for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origins = servers.map((server, index) => {
      const { port } = server.address() as AddressInfo;
      return `{ name: ${'ABC'[index]}, url: "https://127.0.0.1:${port}", ca: cert.pem }`;
    });
    const port = await freePort();
    writeFileSync(
      file('lab.yaml'),
      `evenkeel: 1\nthreads: 3\nlisten: { address: "127.0.0.1:${port}", tls: { cert: cert.pem, key: key.pem } }\ntraffic: off\n` +
        // Three origins and all clients are this one process: on a busy machine their handshakes take longer than a check may.
        `origins: [${origins}]\nhealth: { active: off, passive: off }\ntimeouts: { connect: 30s }\n`,
    );
    const args = ['serve', file('lab.yaml'), '--control', String(await freePort()), '--no-ui'];
    const serve = start(args, folder, threadedNode.path);
    await printed(serve, 'stdout', /\n/);
    // Neither plain HTTP nor a handshake that is given up is anybody else's problem.
    const stray = connect({ port, host: '127.0.0.1', ca: cert, rejectUnauthorized: false });
    stray.on('error', () => undefined);
    stray.destroy();
    const agent = new Agent({ keepAlive: true, maxSockets: 20, ca: cert });
    const ask = (): Promise<string> =>
      new Promise((resolve, reject) => {
        request({ host: '127.0.0.1', port, agent }, (answer) => {
          let text = '';
          answer.on('data', (bytes) => (text += bytes));
          answer.on('end', () => resolve(text));
        })
          .on('error', reject)
          .end();
      });
    let left = 600;
    const answers: string[] = [];
    const client = async (): Promise<void> => {
      while (left-- > 0) answers.push(await ask());
    };
    await Promise.all(Array.from({ length: 20 }, client));
    agent.destroy();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    expect(counts).toEqual([200, 200, 200]);
    expect([...new Set(answers)].sort()).toEqual(['0 https', '1 https', '2 https']);
    expect(serve.output.stderr).toBe('');
  });
});
