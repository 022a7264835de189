import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { app, dialog, session } from 'electron';
import { EvenkeelError } from '../src/core/errors.ts';
import { Lab } from '../src/host/lab.ts';
import { settingsFile } from '../src/host/node-ports.ts';
import { loadSettings } from '../src/host/settings-file.ts';
import { registerAppScheme, serveApp } from './app-protocol.ts';
import { desktopPorts } from './desktop-ports.ts';
import { readLab } from './lab-file.ts';
import { showLab } from './lab-window.ts';
import { confine, denyPermissions } from './page-guards.ts';
import { say, sentenceOf } from './say.ts';
import { setTemporaryData, smokeTest } from './smoke.ts';
import { labFileOf, wantsSmokeTest } from './start-arguments.ts';
import { stopBeforeQuit } from './stop-before-quit.ts';

const electronFolder = __dirname;
const appFolder = resolve(electronFolder, '../..');
const appPaths = [__filename, electronFolder, appFolder];
const firstLab = join(appFolder, 'assets/labs/default.yaml');

// Chromium would end with a core dump and two lines about X servers.
if (!hasDisplay()) {
  say('There is no display for a window; "npx evenkeel serve LAB.yaml" runs a lab without one.');
  process.exit(1);
}

// A fault in one corner must not take the lab down in front of a class. Electron's default is a dialog with a stack trace.
process.on('uncaughtException', (error) => say(`Something unexpected happened: ${sentenceOf(error)}`));
process.on('unhandledRejection', (reason) => say(`Something unexpected happened: ${sentenceOf(reason)}`));
// The launcher holds this channel: when it is killed, the window goes with it.
process.on('disconnect', () => app.quit());

app.setName('Evenkeel');
registerAppScheme();
app.on('web-contents-created', (_event, contents) => confine(contents));

if (wantsSmokeTest(process.argv)) void proveItself();
else open();

function open(): void {
  keepDataBesideSettings();
  // One window, and the lab lives with it, on macOS too.
  app.on('window-all-closed', () => app.quit());
  try {
    const labFile = labFileOf(process.argv, process.cwd(), appPaths);
    if (app.requestSingleInstanceLock({ labFile })) void start(labFile ?? firstLab);
    else leaveToFirst(labFile);
  } catch (error) {
    fail(error);
  }
}

/** `--smoke`: for whoever built or installed it. */
async function proveItself(): Promise<void> {
  setTemporaryData();
  // The window of the test goes before the verdict is there.
  app.on('window-all-closed', () => undefined);
  await app.whenReady();
  serveApp(join(appFolder, 'dist/renderer'));
  denyPermissions(session.defaultSession);
  const verdict = await smokeTest(electronFolder, desktopPorts());
  process.stdout.write(`${JSON.stringify(verdict)}\n`, () => app.exit(verdict.smoke === 'passed' ? 0 : 1));
}

async function start(labFile: string): Promise<void> {
  try {
    await app.whenReady();
    tellLauncher();
    serveApp(join(appFolder, 'dist/renderer'));
    denyPermissions(session.defaultSession);
    const ports = desktopPorts();
    const definition = await readLab(labFile);
    const { settings } = await loadSettings(ports.settingsFile);
    const starting = Lab.start(definition, ports);
    showLab(electronFolder, starting, settings.theme);
    const lab = await starting;
    stopBeforeQuit(lab);
    process.stdout.write(`ready: proxy ${lab.state.proxy.url}\n`);
  } catch (error) {
    fail(error);
  }
}

function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY) || app.commandLine.hasSwitch('headless');
}

/** Electron runs here: had it ended before, for want of a display or of a library, the launcher would use the browser. */
function tellLauncher(): void {
  process.send?.('started');
}

/** Chromium's data, and with it the single-instance lock, go where the settings are: one folder holds all there is. */
function keepDataBesideSettings(): void {
  if (app.commandLine.hasSwitch('user-data-dir')) return;
  const folder = join(dirname(settingsFile()), 'desktop');
  try {
    mkdirSync(folder, { recursive: true });
    app.setPath('userData', folder);
  } catch {
    // A home that cannot be written to: Chromium copes, and saving settings will say why.
  }
}

function leaveToFirst(labFile: string | undefined): void {
  tellLauncher();
  const what = labFile === undefined ? 'its window comes to the front' : `it opens ${labFile}`;
  process.stdout.write(`Evenkeel is running already; ${what}.\n`, () => app.exit(0));
}

/** Ends the app with one sentence: on stderr, and in a dialog where nobody may be reading that. */
function fail(error: unknown): void {
  tellLauncher();
  say(sentenceOf(error));
  // The launcher's terminal shows the sentence; a dialog would keep it waiting.
  if (!process.connected) dialog.showErrorBox('Evenkeel could not start', sentenceOf(error));
  const badInput = error instanceof EvenkeelError && ['bad-lab', 'bad-argument'].includes(error.code);
  app.exit(badInput ? 2 : 1);
}
