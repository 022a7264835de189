import { basename, dirname } from 'node:path';
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Settings } from '../src/protocol/command.ts';

type Items = MenuItemConstructorOptions[];

/** What the menu shows and does. */
export interface MenuModel {
  /** Absolute paths, the latest first. */
  readonly recentLabs: readonly string[];
  readonly settings: Settings;
  /** Whether tools for developers of Evenkeel are shown. */
  readonly development: boolean;
  readonly openLab: () => void;
  readonly openRecent: (file: string) => void;
  readonly forgetRecent: () => void;
  readonly saveLab: () => void;
  readonly changeSettings: (change: Partial<Settings>) => void;
  readonly showSettingsFolder: () => void;
  readonly about: () => void;
  /** Absent where there are no updates. */
  readonly checkForUpdates?: (() => void) | undefined;
}

/** The application's menu, as each platform expects it; again whenever what it shows has changed. */
export function installMenu(model: MenuModel): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(model, process.platform)));
}

export function menuTemplate(model: MenuModel, platform: NodeJS.Platform): Items {
  const mac = platform === 'darwin';
  const about: Items = [{ label: 'About Evenkeel', click: model.about }];
  const updates: Items = model.checkForUpdates ? [{ label: 'Check for Updates…', click: model.checkForUpdates }] : [];
  const macApp: Items = [
    {
      label: 'Evenkeel',
      submenu: [
        ...about,
        ...updates,
        { type: 'separator' },
        { role: 'services' },
        { type: 'separator' },
        { role: 'hide' },
        { role: 'hideOthers' },
        { role: 'unhide' },
        { type: 'separator' },
        { role: 'quit' },
      ],
    },
  ];
  const help: Items = [{ label: 'Show Settings Folder', click: model.showSettingsFolder }];
  return [
    ...(mac ? macApp : []),
    { label: '&File', submenu: fileMenu(model, platform) },
    { role: 'editMenu' },
    { label: '&View', submenu: viewMenu(model) },
    { role: 'windowMenu' },
    { role: 'help', submenu: mac ? help : [...help, ...updates, { type: 'separator' }, ...about] },
  ];
}

function fileMenu(model: MenuModel, platform: NodeJS.Platform): Items {
  const quit: MenuItemConstructorOptions = { role: 'quit', ...(platform === 'win32' && { label: 'E&xit' }) };
  return [
    { label: 'Open Lab…', accelerator: 'CmdOrCtrl+O', click: model.openLab },
    { label: 'Open Recent', submenu: recentMenu(model) },
    { type: 'separator' },
    { label: 'Save Lab As…', accelerator: 'CmdOrCtrl+Shift+S', click: model.saveLab },
    { type: 'separator' },
    platform === 'darwin' ? { role: 'close' } : quit,
  ];
}

function recentMenu({ recentLabs, openRecent, forgetRecent }: MenuModel): Items {
  const names = recentLabs.map((file) => basename(file));
  return [
    ...recentLabs.map((file, index): MenuItemConstructorOptions => {
      const name = names[index] ?? file;
      const shared = names.filter((other) => other === name).length > 1;
      // An ampersand would underline the letter after it.
      const label = (shared ? `${name} — ${dirname(file)}` : name).replaceAll('&', '&&');
      return { label, click: () => openRecent(file) };
    }),
    { type: 'separator' },
    { label: 'Clear Menu', enabled: recentLabs.length > 0, click: forgetRecent },
  ];
}

const THEMES = [
  ['system', 'As the System'],
  ['dark', 'Dark'],
  ['light', 'Light'],
] as const;

function viewMenu({ settings, changeSettings, development }: MenuModel): Items {
  return [
    {
      label: 'Theme',
      submenu: THEMES.map(([theme, label]) => ({
        label,
        type: 'radio',
        checked: settings.theme === theme,
        click: () => changeSettings({ theme }),
      })),
    },
    {
      label: 'Projector',
      type: 'checkbox',
      checked: settings.projector,
      click: () => changeSettings({ projector: !settings.projector }),
    },
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    ...(development ? ([{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }] as const) : []),
  ];
}
