import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findRuntime, findTestRuntime } from '../../../scripts/electron-runtime.mjs';

const executable = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[
  process.platform as string
];
let dist: string;

beforeAll(() => {
  dist = mkdtempSync(join(tmpdir(), 'evenkeel-dist-'));
  writeFileSync(join(dist, 'electron'), '');
  writeFileSync(join(dist, 'version'), 'v99.1.2\n');
});
afterAll(() => rmSync(dist, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

describe('where Electron is looked for', () => {
  it('EVENKEEL_ELECTRON comes first, with the version that lies beside it', () => {
    vi.stubEnv('EVENKEEL_ELECTRON', join(dist, 'electron'));
    expect(findRuntime()).toEqual({
      executablePath: join(dist, 'electron'),
      version: '99.1.2',
      source: 'EVENKEEL_ELECTRON',
    });
  });

  it('a wrong EVENKEEL_ELECTRON is said, and no other runtime is taken instead', async () => {
    vi.stubEnv('EVENKEEL_ELECTRON', join(dist, 'absent'));
    const missing = { missing: `EVENKEEL_ELECTRON names ${join(dist, 'absent')}, which is not there` };
    expect(findRuntime()).toEqual(missing);
    expect(await findTestRuntime()).toEqual(missing);
  });

  it.skipIf(executable !== undefined)('the installed package may keep its files elsewhere', () => {
    vi.stubEnv('EVENKEEL_ELECTRON', '');
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', dist);
    expect(findRuntime()).toEqual({
      executablePath: join(dist, 'electron'),
      version: '99.1.2',
      source: 'the electron package',
    });
  });
});
