import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import type { Settings } from '../src/protocol/command.ts';
import { APP_PAGE } from './app-origin.ts';

/** As `--ground` in renderer/app/tokens.css: a window that shows anything else before its page would flash. */
const BACKGROUND = { dark: '#0b1220', light: '#f4f6fa' } as const;

/** The one place where a window is made. It is shown when it has something to show. */
export function createWindow(electronFolder: string, theme: Settings['theme']): BrowserWindow {
  const dark = theme === 'system' ? nativeTheme.shouldUseDarkColors : theme === 'dark';
  const window = new BrowserWindow({
    title: 'Evenkeel',
    width: 1440,
    height: 900,
    minWidth: 640,
    minHeight: 480,
    show: false,
    backgroundColor: BACKGROUND[dark ? 'dark' : 'light'],
    // The lab needs the height; Alt shows the menu, and its shortcuts work without.
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(electronFolder, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(APP_PAGE);
  return window;
}
