import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { APP_PAGE } from './app-origin.ts';
import { LEAST_SIZE, placeWindow, type WindowPlacement } from './window-placement.ts';

/** As `--ground` in renderer/app/tokens.css: a window that shows anything else before its page would flash. */
const BACKGROUND = { dark: '#0b1220', light: '#f4f6fa' } as const;

export interface WindowOptions {
  /** Where the built main process and its preload script are. */
  readonly electronFolder: string;
  /** A PNG, for systems that take a window's icon from the window. */
  readonly icon: string;
  /** Where it was the last time. */
  readonly before?: WindowPlacement | undefined;
}

/** The one place where a window is made. It is shown when it has something to show. */
export function createWindow({ electronFolder, icon, before }: WindowOptions): BrowserWindow {
  const screens = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    title: 'Evenkeel',
    ...placeWindow(before, screens),
    minWidth: LEAST_SIZE.width,
    minHeight: LEAST_SIZE.height,
    fullscreen: before?.fullScreen ?? false,
    show: false,
    backgroundColor: BACKGROUND[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
    // The lab needs the height; Alt shows the menu, and its shortcuts work without.
    autoHideMenuBar: true,
    ...(process.platform === 'linux' && { icon }),
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
  window.once('ready-to-show', () => {
    if (before?.maximized) window.maximize();
    window.show();
  });
  void window.loadURL(APP_PAGE);
  return window;
}

/** Where the window is now, for the next time. */
export function placementNow(window: BrowserWindow): WindowPlacement {
  return { ...window.getNormalBounds(), maximized: window.isMaximized(), fullScreen: window.isFullScreen() };
}
