import { dirname, join, resolve } from 'node:path';
import { app, dialog, session } from 'electron';
import { EvenkeelError } from '../src/core/errors.ts';
import { Lab } from '../src/host/lab.ts';
import { settingsFile } from '../src/host/node-ports.ts';
import { loadSettings } from '../src/host/settings-file.ts';
import { registerAppScheme, serveApp } from './app-protocol.ts';
import { DesktopMemory } from './desktop-memory.ts';
import { desktopPorts } from './desktop-ports.ts';
import { readLab } from './lab-file.ts';
import { LabOpenings, type SecondStart } from './lab-openings.ts';
import { showLab } from './lab-window.ts';
import { confine, denyPermissions } from './page-guards.ts';
import { say, sentenceOf } from './say.ts';
import { smokeTest } from './smoke.ts';
import { labFileOf, wantsSmokeTest } from './start-arguments.ts';
import { stopBeforeQuit } from './stop-before-quit.ts';
import { noUpdatesBecause, updatesSentence } from './updates.ts';
import { keepDataBeside, setTemporaryData } from './user-data.ts';

const electronFolder = __dirname;
const appFolder = resolve(electronFolder, '../..');
const appPaths = [__filename, electronFolder, appFolder];
const firstLab = join(appFolder, 'assets/labs/default.yaml');
const icon = join(appFolder, 'assets/icons/256x256.png');

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
// Under this name Windows keeps the taskbar's button and its list of recent labs.
app.setAppUserModelId('dev.evenkeel.lab');
registerAppScheme();
app.on('web-contents-created', (_event, contents) => confine(contents));

if (wantsSmokeTest(process.argv)) void proveItself();
else open();

function open(): void {
  keepDataBeside(settingsFile());
  // One window, and the lab lives with it, on macOS too.
  app.on('window-all-closed', () => app.quit());
  try {
    const labFile = labFileOf(process.argv, process.cwd(), appPaths);
    const openings = new LabOpenings();
    if (app.requestSingleInstanceLock({ labFile } satisfies SecondStart)) void start(labFile, openings);
    else leaveToFirst(labFile);
  } catch (error) {
    fail(error);
  }
}

async function start(given: string | undefined, openings: LabOpenings): Promise<void> {
  try {
    await app.whenReady();
    tellLauncher();
    serveApp(join(appFolder, 'dist/renderer'));
    denyPermissions(session.defaultSession);
    const ports = desktopPorts();
    const labFile = given ?? openings.take();
    const definition = await readLab(labFile ?? firstLab);
    const memory = await DesktopMemory.load(join(dirname(settingsFile()), 'desktop.json'));
    if (labFile !== undefined) void memory.labOpened(labFile);
    const { settings, notice } = await loadSettings(ports.settingsFile);
    const starting = Lab.start(definition, ports);
    const noUpdates = noUpdatesBecause(process.resourcesPath);
    const about = { version: ports.version, icon, updates: updatesSentence(noUpdates) };
    showLab({ electronFolder, about, updates: noUpdates === undefined, starting, settings, memory, openings });
    const lab = await starting;
    // It was read here first, so the lab did not meet the damaged file.
    if (notice !== undefined) lab.notice(notice);
    stopBeforeQuit(lab);
    process.stdout.write(`ready: proxy ${lab.state.proxy.url}\n`);
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
  const verdict = await smokeTest({ electronFolder, icon }, desktopPorts());
  process.stdout.write(`${JSON.stringify(verdict)}\n`, () => app.exit(verdict.smoke === 'passed' ? 0 : 1));
}

function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY) || app.commandLine.hasSwitch('headless');
}

/** Electron runs here: had it ended before, for want of a display or of a library, the launcher would use the browser. */
function tellLauncher(): void {
  process.send?.('started');
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
