import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { type MenuModel, menuTemplate } from '../../../electron/menu.ts';

vi.mock('electron', () => ({ Menu: {} }));

const model = (change: Partial<MenuModel> = {}): MenuModel => ({
  recentLabs: [],
  settings: { theme: 'system', projector: false, singleKeys: true },
  development: false,
  openLab: vi.fn(),
  openRecent: vi.fn(),
  forgetRecent: vi.fn(),
  saveLab: vi.fn(),
  changeSettings: vi.fn(),
  showSettingsFolder: vi.fn(),
  about: vi.fn(),
  ...change,
});

type Item = MenuItemConstructorOptions;
const itemsOf = (item: Item | undefined): Item[] => (item?.submenu ?? []) as Item[];
const nameOf = (item: Item): string => (item.label ?? item.role ?? item.type ?? '').replace(/&(?!&)/, '');
const menu = (name: string, from: MenuModel, platform: NodeJS.Platform = 'linux'): Item[] =>
  itemsOf(menuTemplate(from, platform).find((item) => nameOf(item) === name));
const find = (items: Item[], name: string): Item => {
  const item = items.find((one) => nameOf(one) === name);
  if (!item) throw new Error(`There is no ${name} in ${items.map(nameOf)}`);
  return item;
};
const click = (item: Item): void => (item.click as () => void)();

describe('the menu', () => {
  it.each([
    ['darwin', ['Evenkeel', 'File', 'editMenu', 'View', 'windowMenu', 'help']],
    ['win32', ['File', 'editMenu', 'View', 'windowMenu', 'help']],
    ['linux', ['File', 'editMenu', 'View', 'windowMenu', 'help']],
  ] as const)('has the menus that %s expects', (platform, names) => {
    expect(menuTemplate(model(), platform).map(nameOf)).toEqual(names);
  });

  it('has About, and how to leave, where each platform has them', () => {
    const last = (platform: NodeJS.Platform) => menu('File', model(), platform).map(nameOf).at(-1);
    expect([last('darwin'), last('win32'), last('linux')]).toEqual(['close', 'Exit', 'quit']);
    expect(menu('Evenkeel', model(), 'darwin').map(nameOf)).toEqual(
      expect.arrayContaining(['About Evenkeel', 'services', 'hide', 'quit']),
    );
    expect(menu('help', model(), 'darwin').map(nameOf)).not.toContain('About Evenkeel');
    for (const platform of ['win32', 'linux'] as const) {
      expect(menu('help', model(), platform).map(nameOf)).toContain('About Evenkeel');
    }
  });

  it('opens labs, and those opened last', () => {
    const from = model({ recentLabs: ['/labs/a.yaml', '/labs/b & c.yaml', '/other/a.yaml'] });
    const file = menu('File', from);
    click(find(file, 'Open Lab…'));
    expect(from.openLab).toHaveBeenCalledOnce();
    const recent = itemsOf(find(file, 'Open Recent'));
    expect(recent.map(({ label }) => label)).toEqual([
      'a.yaml — /labs',
      'b && c.yaml',
      'a.yaml — /other',
      undefined,
      'Clear Menu',
    ]);
    click(recent[1] as Item);
    expect(from.openRecent).toHaveBeenCalledExactlyOnceWith('/labs/b & c.yaml');
    click(find(recent, 'Clear Menu'));
    expect(from.forgetRecent).toHaveBeenCalledOnce();
  });

  it('has nothing to clear when no lab was opened', () => {
    const [separator, clear] = itemsOf(find(menu('File', model()), 'Open Recent'));
    expect([separator?.type, clear?.enabled]).toEqual(['separator', false]);
  });

  it('shows the theme and the projector as they are, and changes them', () => {
    const from = model({ settings: { theme: 'dark', projector: true, singleKeys: true } });
    const view = menu('View', from);
    const themes = itemsOf(find(view, 'Theme'));
    expect(themes.map(({ label, type, checked }) => [label, type, checked])).toEqual([
      ['As the System', 'radio', false],
      ['Dark', 'radio', true],
      ['Light', 'radio', false],
    ]);
    click(themes[2] as Item);
    expect(from.changeSettings).toHaveBeenLastCalledWith({ theme: 'light' });
    const projector = find(view, 'Projector');
    expect(projector.checked).toBe(true);
    click(projector);
    expect(from.changeSettings).toHaveBeenLastCalledWith({ projector: false });
  });

  it('has tools for developers only while Evenkeel is developed', () => {
    expect(menu('View', model()).map(nameOf)).not.toContain('toggleDevTools');
    expect(menu('View', model({ development: true })).map(nameOf)).toEqual(
      expect.arrayContaining(['reload', 'toggleDevTools']),
    );
  });

  it('offers updates only where there are some', () => {
    const checkForUpdates = vi.fn();
    for (const [platform, where] of [
      ['darwin', 'Evenkeel'],
      ['win32', 'help'],
    ] as const) {
      expect(menu(where, model(), platform).map(nameOf)).not.toContain('Check for Updates…');
      click(find(menu(where, model({ checkForUpdates }), platform), 'Check for Updates…'));
    }
    expect(checkForUpdates).toHaveBeenCalledTimes(2);
  });
});
