import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadLab } from '../../src/cli/lab-source.ts';
import { Lab } from '../../src/host/lab.ts';
import { nodePorts } from '../../src/host/node-ports.ts';
import { startLab, until } from '../support/lab-fixture.ts';
import { freePort, freePorts } from '../support/ports.ts';

let folder: string;
const labs: Lab[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-tls-lab-'));
});
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop();
  rmSync(folder, { recursive: true, force: true });
});

function hasCertificate(): boolean {
  try {
    execFileSync(
      'openssl',
      // biome-ignore format: one option per pair
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
        '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
      { stdio: 'ignore' },
    );
    return true;
  } catch {
    return false;
  }
}

test('a lab behind TLS balances over another lab behind TLS, files found beside the lab file', async (context) => {
  if (!hasCertificate()) context.skip('skipped: there is no openssl to make a certificate with');
  const [inner = 0, outer = 0, origin = 0] = await freePorts(3);
  const tls = 'tls: { cert: cert.pem, key: key.pem }';
  const start = async (name: string, text: string): Promise<Lab> => {
    writeFileSync(join(folder, name), `evenkeel: 1\n${text}`);
    const definition = await loadLab(join(folder, name));
    if (!definition) throw new Error('The lab file is wrong.');
    const lab = await Lab.start(definition, { ...nodePorts({ host: 'headless' }), settingsFile: undefined });
    labs.push(lab);
    return lab;
  };
  await start(
    'inner.yaml',
    `listen: { address: "127.0.0.1:${inner}", ${tls} }\norigins: [{ name: A, port: ${origin} }]\ntraffic: off\n`,
  );
  const lab = await start(
    'outer.yaml',
    `listen: { address: "127.0.0.1:${outer}", ${tls} }\n` +
      `origins: [{ name: inner, url: "https://127.0.0.1:${inner}", ca: cert.pem }]\n` +
      'traffic: { open: { rate: 50/s } }\nhealth: { active: { path: /, timeout: 10s } }\n',
  );
  expect(lab.state.proxy.url).toBe(`https://127.0.0.1:${outer}`);
  await until(async () => {
    await lab.refresh();
    return lab.state.traffic.completed > 20;
  }, 'requests through two balancers');
  expect(lab.state.traffic.failed).toBe(0);
});

test('a certificate that is not there stops the start with a sentence', async () => {
  const port = await freePort();
  const listen = { host: '127.0.0.1', port, tls: { cert: join(folder, 'none.pem'), key: join(folder, 'none.key') } };
  await expect(startLab({ count: 1, listen })).rejects.toThrow(/none\.pem, which should hold .* there is no such file/);
});
