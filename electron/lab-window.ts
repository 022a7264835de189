import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { app, nativeTheme, shell } from 'electron';
import type { Lab } from '../src/host/lab.ts';
import { settingsFile } from '../src/host/node-ports.ts';
import type { Settings } from '../src/protocol/command.ts';
import type { Transport } from '../src/protocol/transport.ts';
import { type About, showAbout } from './about.ts';
import type { DesktopMemory } from './desktop-memory.ts';
import { openDoor } from './ipc-door.ts';
import { chooseLabFile, saveLabFile, showProblem } from './lab-dialogs.ts';
import { openLabFile } from './lab-file.ts';
import type { LabOpenings } from './lab-openings.ts';
import { installMenu } from './menu.ts';
import { say } from './say.ts';
import { loadUpdater, Updates } from './updates.ts';
import { createWindow, placementNow } from './window.ts';

export interface LabWindowParts {
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
  const { electronFolder, about, starting, settings, memory, openings } = parts;
  nativeTheme.themeSource = settings.theme;
  const window = createWindow({ electronFolder, icon: about.icon, before: memory.window });
  let shown = settings;

  const connect = async (transport: Transport): Promise<void> => {
    try {
      (await starting).connect(transport);
    } catch {
      transport.close();
    }
  };
  openDoor(window.webContents, (transport) => void connect(transport), say);

  /** Does what the user asked; what goes wrong is shown. */
  const attempt = async (headline: string, task: (lab: Lab) => Promise<void>): Promise<void> => {
    try {
      await task(await starting);
    } catch (error) {
      if (!window.isDestroyed()) await showProblem(window, headline, error);
    }
  };
  const opened = async (file: string): Promise<void> => {
    app.addRecentDocument(file);
    await memory.labOpened(file);
    refreshMenu();
  };
  const open = (file: string): Promise<void> =>
    attempt(`${basename(file)} cannot be opened`, async (lab) => {
      try {
        await openLabFile(lab, file);
      } catch (error) {
        if (!existsSync(file)) await memory.labGone(file).then(refreshMenu);
        throw error;
      }
      await opened(file);
    });
  const choose = async (): Promise<void> => {
    const file = await chooseLabFile(window);
    if (file !== undefined) await open(file);
  };
  const save = (): Promise<void> =>
    attempt('The lab was not saved', async (lab) => {
      const file = await saveLabFile(window, lab.state.lab.name, lab.labFile());
      if (file !== undefined) await opened(file);
    });
  const changeSettings = (change: Partial<Settings>): Promise<void> =>
    attempt('The settings were not saved', async (lab) => {
      await lab.command({ command: 'save-settings', settings: { ...lab.state.settings, ...change } });
    });
  const forgetRecent = async (): Promise<void> => {
    app.clearRecentDocuments();
    await memory.forgetLabs();
    refreshMenu();
  };

  const updates = parts.updates
    ? new Updates(
        async () => (await starting).stop(),
        () => loadUpdater(electronFolder),
      )
    : undefined;
  const refreshMenu = (): void =>
    installMenu({
      recentLabs: memory.recentLabs,
      settings: shown,
      development: !app.isPackaged,
      openLab: () => void choose(),
      openRecent: (file) => void open(file),
      forgetRecent: () => void forgetRecent(),
      saveLab: () => void save(),
      changeSettings: (change) => void changeSettings(change),
      showSettingsFolder: () => void shell.openPath(dirname(settingsFile())),
      about: () => void showAbout(window, about),
      checkForUpdates: updates && (() => void updates.check(window)),
    });
  refreshMenu();
  const follow = (now: Settings): void => {
    if (now.theme === shown.theme && now.projector === shown.projector) return;
    shown = now;
    nativeTheme.themeSource = now.theme;
    refreshMenu();
  };
  starting.then(
    (lab) => lab.onState((state) => follow(state.settings)),
    () => undefined,
  );

  openings.onOpen((labFile) => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
    if (labFile !== undefined) void open(labFile);
  });
  const remember = (): void => {
    if (!window.isDestroyed()) void memory.windowWas(placementNow(window));
  };
  window.on('close', remember);
  // Quitting waits for the lab before it closes the window; by then nobody would wait for a file.
  app.on('before-quit', remember);
}
