import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { protocol } from 'electron';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answer, registerAppScheme, serveApp } from '../../../electron/app-protocol.ts';
import { readPageFiles } from '../../../src/host/page-files.ts';
import { FOREIGN_URLS, HOSTILE_PATHS } from './hostile-urls.ts';

vi.mock('electron', () => ({ protocol: { registerSchemesAsPrivileged: vi.fn(), handle: vi.fn() } }));

let root: string;
let files: ReturnType<typeof readPageFiles>;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'evenkeel-app-'));
  mkdirSync(join(root, 'renderer', 'assets'), { recursive: true });
  writeFileSync(join(root, 'main.cjs'), 'secret');
  writeFileSync(join(root, 'renderer', 'index.html'), '<!doctype html>');
  writeFileSync(join(root, 'renderer', 'assets', 'main.js'), 'export {};');
  writeFileSync(join(root, 'renderer', 'assets', 'main.js.map'), '{}');
  writeFileSync(join(root, 'renderer', '.built'), 'x');
  files = readPageFiles(join(root, 'renderer'));
});
afterAll(() => rmSync(root, { recursive: true }));

const get = (url: string): Response => answer({ method: 'GET', url }, files);

describe('the app protocol', () => {
  it('serves the page and its files, each with its type and the policy', () => {
    for (const [url, type] of [
      ['app://lab/', 'text/html; charset=utf-8'],
      ['app://lab/index.html', 'text/html; charset=utf-8'],
      ['app://lab/?theme=dark#log', 'text/html; charset=utf-8'],
      ['app://lab/assets/main.js', 'text/javascript; charset=utf-8'],
    ] as const) {
      const response = get(url);
      expect([url, response.status, response.headers.get('content-type')]).toEqual([url, 200, type]);
      expect(response.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it.each(FOREIGN_URLS)('answers 404 to the foreign %j', (url) => {
    expect(get(url).status).toBe(404);
  });

  it.each(HOSTILE_PATHS)('gives no file for the path %j', async (path) => {
    const response = get(`app://lab${path}`);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('answers 405 to %s', (method) => {
    expect(answer({ method, url: 'app://lab/' }, files).status).toBe(405);
  });

  it('says what it refuses under the same policy', () => {
    expect(get('app://lab/nothing').headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('is a standard and secure scheme that can bypass nothing, and serves `app:` alone', () => {
    registerAppScheme();
    expect(protocol.registerSchemesAsPrivileged).toHaveBeenCalledWith([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    serveApp(join(root, 'renderer'));
    expect(protocol.handle).toHaveBeenCalledExactlyOnceWith('app', expect.any(Function));
  });
});
