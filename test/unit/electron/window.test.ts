import { EventEmitter } from 'node:events';
import { BrowserWindow, nativeTheme } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createWindow } from '../../../electron/window.ts';

vi.mock('electron', () => ({ BrowserWindow: vi.fn(), nativeTheme: { shouldUseDarkColors: true } }));

class FakeWindow extends EventEmitter {
  readonly show = vi.fn();
  readonly loadURL = vi.fn(async () => undefined);
}

let made: FakeWindow;
beforeEach(() => {
  vi.mocked(BrowserWindow)
    .mockReset()
    .mockImplementation(function make() {
      made = new FakeWindow();
      return made as never;
    });
});

const options = () => vi.mocked(BrowserWindow).mock.calls[0]?.[0];

describe('the window', () => {
  it('keeps its page in a sandbox, apart from Node and from the preload', () => {
    createWindow('/dist/electron', 'dark');
    expect(options()?.webPreferences).toMatchObject({
      preload: '/dist/electron/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
    });
    expect(options()?.webPreferences).not.toHaveProperty('webSecurity');
    expect(made.loadURL).toHaveBeenCalledExactlyOnceWith('app://lab/');
  });

  it('is shown when it has something to show', () => {
    createWindow('/dist/electron', 'dark');
    expect(options()?.show).toBe(false);
    expect(made.show).not.toHaveBeenCalled();
    made.emit('ready-to-show');
    expect(made.show).toHaveBeenCalledOnce();
  });

  it.each([
    ['dark', false, '#0b1220'],
    ['light', true, '#f4f6fa'],
    ['system', true, '#0b1220'],
    ['system', false, '#f4f6fa'],
  ] as const)('of the theme %s (the system dark: %s) begins in %s', (theme, systemIsDark, background) => {
    (nativeTheme as { shouldUseDarkColors: boolean }).shouldUseDarkColors = systemIsDark;
    createWindow('/dist/electron', theme);
    expect(options()?.backgroundColor).toBe(background);
  });
});
