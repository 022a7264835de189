import { dirname } from 'node:path';
import { app, type BrowserWindow, nativeTheme, shell } from 'electron';
import type { Lab } from '../src/host/lab.ts';
import { settingsFile } from '../src/host/node-ports.ts';
import type { Settings } from '../src/protocol/command.ts';
import type { Transport } from '../src/protocol/transport.ts';
import { type About, showAbout } from './about.ts';
import type { DesktopMemory } from './desktop-memory.ts';
import { openDoor } from './ipc-door.ts';
import { LabActions } from './lab-actions.ts';
import type { LabOpenings } from './lab-openings.ts';
import { installMenu } from './menu.ts';
import { say } from './say.ts';
import { loadUpdater, Updates } from './updates.ts';
import { createWindow, placementNow } from './window.ts';

interface LabWindowParts {
  readonly electronFolder: string;
  readonly about: About;
  /** Whether this copy of the program may update itself. */
  readonly updates: boolean;
  /** The lab; the page loads while it starts, and who waits for it says why it did not. */
  readonly starting: Promise<Lab>;
  /** As they were read, until the lab has them. */
  readonly settings: Settings;
  readonly memory: DesktopMemory;
  readonly openings: LabOpenings;
}

/** The lab's window: its page is connected to the lab; the menu and the system open other labs in it. */
export function showLab(parts: LabWindowParts): void {
  const { electronFolder, about, starting, memory, openings } = parts;
  let { settings } = parts;
  nativeTheme.themeSource = settings.theme;
  const window = createWindow({ electronFolder, icon: about.icon, before: memory.window });
  openDoor(window.webContents, (transport) => void connect(starting, transport), say);

  const stopLab = async (): Promise<void> => (await starting).stop();
  const updates = parts.updates ? new Updates(stopLab, () => loadUpdater(electronFolder)) : undefined;
  const showMenu = (): void =>
    installMenu({ recentLabs: memory.recentLabs, settings, development: !app.isPackaged, ...items });
  const actions = new LabActions(window, starting, memory, showMenu);
  const items = {
    openLab: () => void actions.choose(),
    openRecent: (file: string) => void actions.open(file),
    forgetRecent: () => void actions.forgetRecent(),
    saveLab: () => void actions.save(),
    changeSettings: (change: Partial<Settings>) => void actions.changeSettings(change),
    showSettingsFolder: () => void shell.openPath(dirname(settingsFile())),
    about: () => void showAbout(window, about),
    checkForUpdates: updates && (() => void updates.check(window)),
  };
  showMenu();
  const follow = (now: Settings): void => {
    if (now.theme === settings.theme && now.projector === settings.projector) return;
    settings = now;
    nativeTheme.themeSource = now.theme;
    showMenu();
  };
  starting.then(
    (lab) => lab.onState((state) => follow(state.settings)),
    () => undefined,
  );

  openings.onOpen((labFile) => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
    if (labFile !== undefined) void actions.open(labFile);
  });
  rememberPlacement(window, memory);
}

async function connect(starting: Promise<Lab>, transport: Transport): Promise<void> {
  try {
    (await starting).connect(transport);
  } catch {
    transport.close();
  }
}

function rememberPlacement(window: BrowserWindow, memory: DesktopMemory): void {
  const remember = (): void => {
    if (!window.isDestroyed()) void memory.windowWas(placementNow(window));
  };
  window.on('close', remember);
  // Quitting waits for the lab before it closes the window; by then nobody would wait for a file.
  app.on('before-quit', remember);
}
