import { join, resolve } from 'node:path';
import { app, type BrowserWindow, dialog, session } from 'electron';
import { EvenkeelError } from '../src/core/errors.ts';
import { registerAppScheme, serveApp } from './app-protocol.ts';
import { DesktopLab } from './desktop-lab.ts';
import { desktopPorts } from './desktop-ports.ts';
import { openDoor } from './ipc-door.ts';
import { installMenu } from './menu.ts';
import { confine, denyPermissions } from './page-guards.ts';
import { labFileOf } from './start-arguments.ts';
import { createWindow } from './window.ts';

const electronFolder = __dirname;
const distFolder = resolve(electronFolder, '..');
const appFolder = resolve(distFolder, '..');
const appPaths = [__filename, electronFolder, appFolder];

/** How long the lab may take to stop before the app ends without it; Chromium then ends what is left of it. */
const STOP_WITHIN_MS = 5000;

// A fault in one corner must not take the lab down in front of a class. Electron's default is a dialog with a stack trace.
process.on('uncaughtException', (error) => say(`Something unexpected happened: ${error.message}.`));
process.on('unhandledRejection', (reason) => say(`Something unexpected happened: ${sentence(reason)}`));
// The launcher holds this channel: when it is killed, the window goes with it.
process.on('disconnect', () => app.quit());
process.send?.('started');

app.setName('Evenkeel');
registerAppScheme();
app.on('web-contents-created', (_event, contents) => confine(contents));
// One window, and the lab lives with it, on macOS too.
app.on('window-all-closed', () => app.quit());

try {
  const labFile = labFileOf(process.argv, process.cwd(), appPaths);
  if (app.requestSingleInstanceLock({ labFile: labFile ?? null })) void start(labFile);
  else leaveToFirst(labFile);
} catch (error) {
  fail(error);
}

async function start(labFile: string | undefined): Promise<void> {
  try {
    await app.whenReady();
    serveApp(join(distFolder, 'renderer'));
    denyPermissions(session.defaultSession);
    const lab = await DesktopLab.start(
      labFile ?? join(appFolder, 'assets', 'labs', 'first-look.yaml'),
      desktopPorts(appFolder),
    );
    stopBeforeQuit(lab);
    show(lab);
    process.stdout.write(`ready: proxy ${lab.state.proxy.url}\n`);
  } catch (error) {
    fail(error);
  }
}

function show(lab: DesktopLab): void {
  const window = createWindow(electronFolder, lab.state.settings.theme);
  openDoor(window.webContents, (transport) => lab.connect(transport), say);
  const open = async (file: string): Promise<void> => {
    try {
      // A page made anew shows nothing of the lab before.
      await lab.open(file, () => window.reload());
    } catch (error) {
      say(sentence(error));
      await dialog.showMessageBox(window, { type: 'error', message: sentence(error) });
    }
  };
  const choose = async (): Promise<void> => {
    const file = await chooseLab(window);
    if (file !== undefined) await open(file);
  };
  installMenu({ openLab: () => void choose() });
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    if (window.isMinimized()) window.restore();
    window.focus();
    const { labFile } = (data ?? {}) as { labFile?: unknown };
    if (typeof labFile === 'string') void open(labFile);
  });
}

async function chooseLab(window: BrowserWindow): Promise<string | undefined> {
  const chosen = await dialog.showOpenDialog(window, {
    properties: ['openFile'],
    filters: [{ name: 'Labs', extensions: ['yaml', 'yml', 'json'] }],
  });
  return chosen.filePaths[0];
}

/** Quitting waits for the lab: its origins have ended and its ports are free when the app is gone. */
function stopBeforeQuit(lab: DesktopLab): void {
  let state: 'running' | 'stopping' | 'stopped' = 'running';
  const stop = async (): Promise<void> => {
    state = 'stopping';
    const tooLong = new Promise<void>((done) => setTimeout(done, STOP_WITHIN_MS));
    try {
      await Promise.race([lab.stop(), tooLong]);
    } catch (error) {
      say(sentence(error));
    }
    state = 'stopped';
    app.quit();
  };
  app.on('before-quit', (event) => {
    if (state === 'stopped') return;
    event.preventDefault();
    if (state === 'running') void stop();
  });
}

function leaveToFirst(labFile: string | undefined): void {
  const what = labFile === undefined ? 'its window comes to the front' : `it opens ${labFile}`;
  process.stdout.write(`Evenkeel is running already; ${what}.\n`, () => app.exit(0));
}

/** Ends the app with one sentence: on stderr, and in a dialog where nobody may be reading that. */
function fail(error: unknown): void {
  say(sentence(error));
  // The launcher's terminal shows the sentence; a dialog would keep it waiting.
  if (!process.connected) dialog.showErrorBox('Evenkeel could not start', sentence(error));
  const badInput = error instanceof EvenkeelError && ['bad-lab', 'bad-argument'].includes(error.code);
  app.exit(badInput ? 2 : 1);
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
