import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractFile } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { PackedApp } from '../support/packed-app.ts';

const found = inject('packedApp');
const INSTALLER = Buffer.alloc(300_000, 7);

/** An app that looks for an update and loads it, and says how that went. */
const MAIN = `
const { app } = require('electron');
app.whenReady().then(async () => {
  const { autoUpdater } = require('./updater.cjs');
  autoUpdater.logger = null;
  autoUpdater.autoDownload = false;
  autoUpdater.autoInstallOnAppQuit = false;
  autoUpdater.forceDevUpdateConfig = true;
  const said = {};
  try {
    const found = await autoUpdater.checkForUpdates();
    Object.assign(said, { available: found.isUpdateAvailable, version: found.updateInfo.version });
    said.loaded = await autoUpdater.downloadUpdate();
  } catch (error) {
    said.error = error.message;
  }
  process.stdout.write(JSON.stringify(said) + '\\n', () => app.exit(0));
});
`;

if ('skipped' in found) describe.skip(`the packed updater: ${found.skipped}`, () => it('works', () => {}));
else describeUpdater(found);

function describeUpdater(app: PackedApp): void {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-updater-'));
  let manifest = '';
  let asked: string[] = [];
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    asked.push(path);
    response.end(path === '/latest-linux.yml' ? manifest : INSTALLER);
  });
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(folder, 'main.cjs'), MAIN);
    writeFileSync(join(folder, 'package.json'), '{"name":"evenkeel","version":"1.0.0","main":"main.cjs"}\n');
    const where = `provider: generic\nurl: http://127.0.0.1:${port}\nupdaterCacheDirName: evenkeel-updater\n`;
    writeFileSync(join(folder, 'dev-app-update.yml'), where);
    const asar = join(app.folder, 'resources', 'app.asar');
    writeFileSync(join(folder, 'updater.cjs'), extractFile(asar, join('dist', 'electron', 'updater.cjs')));
    copyFileSync('/bin/true', join(folder, 'old.AppImage'));
    mkdirSync(join(folder, 'cache'));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const release = (version: string, sha512: string): void => {
    manifest = `version: ${version}\nfiles:\n  - { url: new.AppImage, sha512: '${sha512}', size: ${INSTALLER.length} }\n`;
  };
  const sha512 = createHash('sha512').update(INSTALLER).digest('base64');
  const update = async (): Promise<Record<string, unknown>> => {
    asked = [];
    const { executablePath, args } = app.runtime;
    const child = spawn(executablePath, [...args, `--user-data-dir=${join(folder, 'data')}`, folder], {
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        XDG_CACHE_HOME: join(folder, 'cache'),
        DISPLAY: app.display,
        APPIMAGE: join(folder, 'old.AppImage'),
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
    });
    await once(child, 'close');
    return JSON.parse(text);
  };

  describe('the packed updater', () => {
    it('finds a newer version and loads it whole', async () => {
      release('1.1.0', sha512);
      const said = await update();
      expect(said).toMatchObject({ available: true, version: '1.1.0' });
      expect(asked).toEqual(['/latest-linux.yml', '/new.AppImage']);
      const [file = ''] = said.loaded as string[];
      expect(readFileSync(file).equals(INSTALLER)).toBe(true);
    });

    it('takes nothing that is not what the release says', async () => {
      release('1.2.0', createHash('sha512').update('another file').digest('base64'));
      const said = await update();
      expect(said).toMatchObject({ available: true, error: expect.stringContaining('sha512 checksum mismatch') });
      expect(said).not.toHaveProperty('loaded');
    });

    it('leaves an older or the same version alone', async () => {
      release('1.0.0', sha512);
      expect(await update()).toMatchObject({ available: false });
    });
  });

  it('an unsigned build has no place for updates to come from', () => {
    expect(existsSync(join(app.folder, 'resources', 'app-update.yml'))).toBe(false);
  });
}
