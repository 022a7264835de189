import { EventEmitter } from 'node:events';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createWindow, placementNow } from '../../../electron/window.ts';

vi.mock('electron', () => ({
  BrowserWindow: vi.fn(),
  nativeTheme: { shouldUseDarkColors: true },
  screen: { getPrimaryDisplay: vi.fn(), getAllDisplays: () => [] },
}));

class FakeWindow extends EventEmitter {
  readonly show = vi.fn();
  readonly maximize = vi.fn();
  readonly getNormalBounds = () => ({ x: 1, y: 2, width: 800, height: 600 });
  readonly isMaximized = () => true;
  readonly isFullScreen = () => false;
  readonly loadURL = vi.fn(async () => undefined);
}

const where = { electronFolder: '/dist/electron', icon: '/icon.png' };
let made: FakeWindow;
beforeEach(() => {
  const workArea = { x: 0, y: 0, width: 1920, height: 1080 };
  vi.mocked(screen.getPrimaryDisplay).mockReturnValue({ workArea } as never);
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
    createWindow(where);
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
    createWindow(where);
    expect(options()?.show).toBe(false);
    expect(made.show).not.toHaveBeenCalled();
    made.emit('ready-to-show');
    expect(made.show).toHaveBeenCalledOnce();
  });

  it.each([
    [true, '#0b1220'],
    [false, '#f4f6fa'],
  ])('begins in the colour of its theme (dark: %s)', (dark, background) => {
    (nativeTheme as { shouldUseDarkColors: boolean }).shouldUseDarkColors = dark;
    createWindow(where);
    expect(options()?.backgroundColor).toBe(background);
  });

  it('opens as it was the last time', () => {
    const area = { x: 40, y: 50, width: 1000, height: 700 };
    createWindow({ ...where, before: { ...area, maximized: true, fullScreen: true } });
    expect(options()).toMatchObject({ ...area, fullscreen: true });
    expect(made.maximize).not.toHaveBeenCalled();
    made.emit('ready-to-show');
    expect(made.maximize).toHaveBeenCalledOnce();
    expect(placementNow(made as never)).toEqual({
      x: 1,
      y: 2,
      width: 800,
      height: 600,
      maximized: true,
      fullScreen: false,
    });
  });
});
