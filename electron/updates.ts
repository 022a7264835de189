import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';
import { say, sentenceOf } from './say.ts';

/** As much of electron-updater as is used here. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  logger: object | null;
  checkForUpdates(): Promise<{
    readonly isUpdateAvailable: boolean;
    readonly updateInfo: { readonly version: string };
  } | null>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(): void;
  on(event: 'download-progress', listener: (progress: { readonly percent: number }) => void): unknown;
  removeListener(event: 'download-progress', listener: (progress: { readonly percent: number }) => void): unknown;
}

/**
 * Why this copy of the program does not update itself, as a phrase; undefined when it does. Only signed builds are packed with a
 * file that says where updates come from, so its absence is what unsigned means.
 */
export function noUpdatesBecause(resources: string): string | undefined {
  if (!app.isPackaged) return 'it runs from its sources';
  return existsSync(join(resources, 'app-update.yml')) ? undefined : 'it is not signed';
}

/** For the about box. */
export function updatesSentence(reason: string | undefined): string {
  return reason === undefined ? 'Updates when you ask for them' : `No updates by itself: ${reason}`;
}

/** The packed updater, as `vite.updater.config.ts` builds it beside the main process. */
export function loadUpdater(electronFolder: string): Updater {
  return (require(join(electronFolder, 'updater.cjs')) as { readonly autoUpdater: Updater }).autoUpdater;
}

/** Updates, each step of which is the user's: nothing is looked for, loaded or installed by itself. */
export class Updates {
  readonly #stopLab: () => Promise<void>;
  readonly #load: () => Updater;
  #busy = false;

  /** @param stopLab ends the lab before the program is replaced */
  constructor(stopLab: () => Promise<void>, load: () => Updater) {
    this.#stopLab = stopLab;
    this.#load = load;
  }

  /** Looks for a new version, and loads and installs it if the user says so, twice. Never throws. */
  async check(window: BrowserWindow): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#walk(window);
    } catch (error) {
      // What electron-updater says may be pages long.
      const [reason = ''] = sentenceOf(error).split('\n');
      say(reason);
      await ask(window, 'error', 'There was no update', `${reason.slice(0, 300)}\n\nNothing was changed.`, ['OK']);
    } finally {
      this.#busy = false;
    }
  }

  async #walk(window: BrowserWindow): Promise<void> {
    const updater = this.#load();
    updater.autoDownload = false;
    updater.autoInstallOnAppQuit = false;
    updater.logger = null;
    const found = await updater.checkForUpdates();
    const current = app.getVersion();
    if (!found?.isUpdateAvailable) {
      await ask(window, 'info', 'Evenkeel is up to date', `${current} is the latest version.`, ['OK']);
      return;
    }
    const { version } = found.updateInfo;
    const question = `You have ${current}. It is loaded now and installed when you say so.`;
    if (!(await ask(window, 'question', `Evenkeel ${version} is there`, question, ['Load It', 'Not Now']))) return;
    await download(window, updater);
    const ready = 'The lab ends, and Evenkeel starts again. If you would rather go on, check for updates again later.';
    if (!(await ask(window, 'question', `Evenkeel ${version} is loaded`, ready, ['Restart and Install', 'Not Now'])))
      return;
    await this.#stopLab();
    updater.quitAndInstall();
  }
}

/** Shows on the window's button in the task bar or Dock how far it is. */
async function download(window: BrowserWindow, updater: Updater): Promise<void> {
  const show = ({ percent }: { readonly percent: number }): void => {
    if (!window.isDestroyed()) window.setProgressBar(percent / 100);
  };
  updater.on('download-progress', show);
  try {
    await updater.downloadUpdate();
  } finally {
    updater.removeListener('download-progress', show);
    if (!window.isDestroyed()) window.setProgressBar(-1);
  }
}

/** @returns whether the first button was pressed */
async function ask(
  window: BrowserWindow,
  type: 'info' | 'question' | 'error',
  message: string,
  detail: string,
  buttons: string[],
): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type,
    title: 'Evenkeel',
    message,
    detail,
    buttons,
    defaultId: 0,
    cancelId: buttons.length - 1,
    noLink: true,
  });
  return buttons.length > 1 && response === 0;
}
