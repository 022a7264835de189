import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../support/ports.ts';

/** MB, packed. */
const MAX_PACKAGE = 2;

/** An empty folder, as on the machine of somebody who has only Node. */
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-npm-'));
// No registry: whatever had to be fetched would fail. No display, so that no browser opens.
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  npm_config_offline: 'true',
  npm_config_cache: join(folder, '.npm'),
};
const npm = (args: readonly string[], cwd: string): string =>
  execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
let tarball: string;

beforeAll(() => {
  const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], process.cwd()));
  tarball = join(folder, packed.filename);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const filesBelow = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map((entry) => join(entry.parentPath, entry.name));

/** Runs the installed command until `use` is done with what its line of readiness says, then ends it as Ctrl+C does. */
async function whileRunning(args: readonly string[], use: (ready: Record<string, string>) => Promise<void>) {
  // Not by npx, which ends with the signal and not with the command's exit code.
  const child = spawn(join(folder, 'node_modules', '.bin', 'evenkeel'), args, { cwd: folder, env });
  const ended = once(child, 'close');
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const text = /^ready: proxy (\S+) control (\S+)$/.exec(line);
      const [, proxy = '', control = ''] = text ?? [];
      await use(text ? { proxy, control } : JSON.parse(line));
      break;
    }
  } finally {
    child.kill('SIGINT');
  }
  expect([(await ended)[0], errors]).toEqual([0, '']);
}

describe('the npm package', () => {
  it('holds the command, the page and the labs, and nothing else', () => {
    const listed = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
    const expected = [
      // npm adds by itself what package.json names as `main`, which is for Electron.
      ...['package.json', 'README.md', 'LICENSE', 'dist/electron/main.cjs'],
      ...['dist/node', 'dist/renderer', 'assets/labs'].flatMap(filesBelow),
    ];
    expect(listed.map((path) => path.replace(/^package\//, '')).sort()).toEqual(expected.sort());
    expect(listed.length).toBeGreaterThan(20);
  });

  it(`is smaller than ${MAX_PACKAGE} MB`, () => {
    expect(statSync(tarball).size / 1024 ** 2).toBeLessThan(MAX_PACKAGE);
  });

  it('cannot be published by accident, neither from its folder nor as a tarball', () => {
    // Nobody listens there; whoever got as far as asking for it would be told of a refused connection.
    const registry = [
      '--registry',
      'http://127.0.0.1:9/',
      '--//127.0.0.1:9/:_authToken=secret',
      '--offline=false',
      '--fetch-retries=0',
    ];
    const publish = (...what: string[]) =>
      spawnSync('npm', ['publish', ...what, ...registry], { env, encoding: 'utf8' });
    const fromFolder = publish();
    expect(fromFolder.status).not.toBe(0);
    expect(fromFolder.stderr).toContain('Evenkeel is in no registry');
    const asTarball = publish(tarball);
    expect(asTarball.status).not.toBe(0);
    expect(asTarball.stderr).toContain('EPRIVATE');
  });

  describe('installed in an empty folder, without network and without Electron', () => {
    beforeAll(() => {
      npm(['install', '--no-audit', '--no-fund', tarball], folder);
      writeFileSync(join(folder, 'wrong.yaml'), 'evenkeel: 1\norigins: 3\n');
    });
    const evenkeel = (...args: string[]) =>
      spawnSync('npx', ['--no-install', 'evenkeel', ...args], { cwd: folder, env, encoding: 'utf8' });

    it('brings nothing along', () => {
      expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['evenkeel']);
    });

    it('answers as from the sources', () => {
      const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
      expect(evenkeel('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
      expect(evenkeel('check', 'wrong.yaml')).toMatchObject({ status: 2, stdout: '' });
      expect(evenkeel('strategies')).toMatchObject({ status: 0, stderr: '' });
    });

    it('runs a lab headless', async () => {
      const [port = 0, origin = 0, control = 0] = await freePorts(3);
      const lab = `evenkeel: 1\nlisten: 127.0.0.1:${port}\norigins: [{ port: ${origin} }]\ntraffic: off\n`;
      writeFileSync(join(folder, 'lab.yaml'), lab);
      await whileRunning(['serve', 'lab.yaml', '--json', '--control', `127.0.0.1:${control}`], async (ready) => {
        expect(ready).toMatchObject({ ready: true, proxy: `http://127.0.0.1:${port}` });
        expect(await (await fetch(`${ready.proxy}/`)).text()).toBe(`origin server response :${origin}`);
        const state = await fetch(`http://127.0.0.1:${control}/api/lab`, {
          headers: { authorization: `Bearer ${ready.token}` },
        });
        expect(await state.json()).toMatchObject({ lab: { name: 'lab' } });
      });
    });

    it('opens a lab for the browser, with its page', async () => {
      const [port = 0, origin = 0, control = 0] = await freePorts(3);
      const lab = `evenkeel: 1\nlisten: 127.0.0.1:${port}\norigins: [{ port: ${origin} }]\n`;
      writeFileSync(join(folder, 'mine.yaml'), lab);
      await whileRunning(['mine.yaml', '--control', `127.0.0.1:${control}`], async (ready) => {
        const page = await fetch(ready.control ?? '');
        expect(page.status).toBe(200);
        const html = await page.text();
        expect(html).toContain('<title>Evenkeel</title>');
        for (const [, source = ''] of html.matchAll(/(?:src|href)="\.?\/?([^"]+)"/g)) {
          expect((await fetch(new URL(source, page.url))).status, source).toBe(200);
        }
      });
    });
  });
});
