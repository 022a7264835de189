import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { FuseState } from '@electron/fuses/dist/constants.js';
import { afterAll, describe, expect, inject, it } from 'vitest';
import type { SmokeVerdict } from '../../electron/smoke.ts';
import { type PackedApp, startPacked } from '../support/packed-app.ts';

const found = inject('packedApp');

/** MB; what users load and update with each version, Electron aside. */
const MAX_ASAR = 8;
/** Who is not root has passed the smoke test in the sandbox already. */
const notRoot = process.getuid?.() !== 0;
const why = notRoot ? ': skipped, as only root can become another user' : '';
/** Nobody in particular. */
const USER = 65534;

/** Files below a folder, as paths from it. */
function filesIn(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    return entry.isDirectory() ? filesIn(folder, path) : [path];
  });
}

if ('skipped' in found) describe.skip(`the packed app: ${found.skipped}`, () => it('is as it should be', () => {}));
else describePackedApp(found);

function describePackedApp(app: PackedApp): void {
  const asar = join(app.folder, 'resources', 'app.asar');
  const home = mkdtempSync('/tmp/evenkeel-home-');
  afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

  describe('the packed app', () => {
    it('holds what was built, the labs and its icon, and nothing else', () => {
      const packed = listPackage(asar, { isPack: false })
        .map((path) => path.slice(1))
        .filter((path) => !('files' in statFile(asar, path)));
      const expected = [
        'package.json',
        'LICENSE',
        'assets/icons/256x256.png',
        ...filesIn('.', 'assets/labs'),
        ...['dist/electron', 'dist/node', 'dist/renderer'].flatMap((folder) => filesIn('.', folder)),
      ].filter((path) => !path.endsWith('.map'));
      expect(packed.sort()).toEqual(expected.sort());
      expect(packed.length).toBeGreaterThan(30);
    });

    it('says whose work it is made of', () => {
      const licences = ['dist/node/licenses.md', 'dist/renderer/licenses.md', 'dist/electron/updater-licenses.md']
        .map((path) => extractFile(asar, join(...path.split('/'))).toString())
        .join('\n');
      for (const name of ['http-proxy', 'ws', 'yaml', 'valibot', 'react-dom', 'recharts', 'electron-updater']) {
        expect(licences).toMatch(new RegExp(`^## ${name} - \\d+\\.\\d+\\.\\d+ \\([A-Z]`, 'm'));
      }
      const fonts = extractFile(asar, join('dist', 'renderer', 'font-licenses.txt')).toString();
      expect(fonts).toMatch(/Inter .*Copyright.*\nJetBrains Mono .*Copyright/);
    });

    it('has a manifest without scripts, dependencies or the name of a machine', () => {
      const manifest = JSON.parse(extractFile(asar, 'package.json').toString()) as Record<string, unknown>;
      const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
      expect(manifest).toMatchObject({ name: 'evenkeel', version, main: 'dist/electron/main.cjs' });
      expect(Object.keys(manifest).filter((key) => /scripts|dependencies|_/i.test(key))).toEqual([]);
    });

    it(`is at most ${MAX_ASAR} MB beside Electron`, () => {
      expect(statSync(asar).size / 1024 ** 2).toBeLessThan(MAX_ASAR);
    });

    it('is Electron as it came, but for its name, the languages and the app', () => {
      const runtime = dirname(app.runtime.executablePath);
      // Of an Electron that was unpacked already, electron-builder leaves the default app; the fuse onlyAsar keeps it unused.
      const added = ['evenkeel', 'resources/app.asar', 'resources/default_app.asar'];
      const left = filesIn(runtime).filter(
        (path) => !/^(electron$|resources\/|locales\/(?!en-(GB|US)\.pak$))/.test(path),
      );
      expect(filesIn(app.folder).sort()).toEqual([...left, ...added].sort());
    });

    it('has its fuses blown', async () => {
      const wire = await getCurrentFuseWire(app.executable);
      const on = (fuse: FuseV1Options): boolean => wire[fuse] === FuseState.ENABLE;
      expect({
        runAsNode: on(FuseV1Options.RunAsNode),
        nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
        nodeCliInspect: on(FuseV1Options.EnableNodeCliInspectArguments),
        cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
        asarIntegrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
        onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
        // Electron before 29 has no such fuse.
        fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
      }).toEqual({
        runAsNode: false,
        nodeOptions: false,
        nodeCliInspect: false,
        cookieEncryption: true,
        asarIntegrity: true,
        onlyAsar: true,
        fileProtocol: false,
      });
    });

    it('cannot be used as Node', async () => {
      const env = { ELECTRON_RUN_AS_NODE: '1', DISPLAY: '' };
      const run = startPacked(app, ['-e', 'console.log("I am Node")'], home, { env });
      expect(await run.ended).toBe(1);
      expect(run.output.stdout).toBe('');
    });

    it('says in one sentence that there is no display', async () => {
      const run = startPacked(app, [], home, { env: { DISPLAY: '' } });
      expect(await run.ended).toBe(1);
      expect(run.output.stderr).toMatch(/^There is no display for a window; .*\n$/);
    });
  });

  describe('evenkeel --smoke', () => {
    const passed = (sandboxed: boolean): SmokeVerdict => ({
      smoke: 'passed',
      problems: [],
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      packaged: true,
      system: `linux ${process.arch}`,
      electron: app.runtime.version,
      chromium: expect.stringMatching(/^\d+\./),
      node: expect.stringMatching(/^\d+\./),
      sandboxed,
      requests: { sent: 50, answered: 50 },
      origins: ['A1', 'A2', 'A3'].map((name) => ({ name, process: 'Utility', received: expect.any(Number) })),
    });

    it('passes: 50 requests through utility processes, and the page shows it', async () => {
      const run = startPacked(app, ['--smoke'], home);
      expect(await run.ended, run.output.stderr).toBe(0);
      expect(JSON.parse(run.output.stdout)).toEqual(passed(notRoot));
      const received = (JSON.parse(run.output.stdout) as SmokeVerdict).origins.map((origin) => origin.received);
      expect(received.reduce((sum, count) => sum + count)).toBe(50);
    });

    it('is what a release asks of each installer, and one that does not prove itself fails', () => {
      const env = { ...process.env, DISPLAY: app.display, TMPDIR: home };
      const smoke = (executable: string) =>
        spawnSync(process.execPath, ['scripts/smoke.mjs', executable], { env, encoding: 'utf8' });
      expect(smoke(app.executable)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\{"smoke":"passed"/) });
      for (const other of ['/bin/true', '/bin/false', '/no/such/evenkeel']) {
        expect(smoke(other)).toMatchObject({ status: 1, stdout: 'It printed no verdict.\n' });
      }
    });

    it.skipIf(notRoot)(`passes in the operating system's sandbox, for a user like any${why}`, async () => {
      // What a Debian package's installation does where the kernel gives users no namespaces of their own.
      chmodSync(join(app.folder, 'chrome-sandbox'), 0o4755);
      const theirs = mkdtempSync('/tmp/evenkeel-user-');
      chownSync(theirs, USER, USER);
      try {
        const run = startPacked(app, ['--smoke'], theirs, { uid: USER });
        expect(await run.ended, run.output.stderr).toBe(0);
        expect(JSON.parse(run.output.stdout)).toEqual(passed(true));
      } finally {
        rmSync(theirs, { recursive: true, force: true, maxRetries: 5 });
      }
    });
  });
}
