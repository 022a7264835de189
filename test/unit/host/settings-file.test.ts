import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings, saveSettings } from '../../../src/host/settings-file.ts';
import { DEFAULT_SETTINGS } from '../../../src/protocol/command.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-settings-'));
  file = join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the settings', () => {
  it('are the defaults where there is no file', async () => {
    expect(await loadSettings(file)).toEqual({ settings: DEFAULT_SETTINGS });
    expect(await loadSettings(undefined)).toEqual({ settings: DEFAULT_SETTINGS });
  });

  it('are found as they were saved, and nothing else is left in the folder', async () => {
    const settings = { theme: 'light', projector: true, singleKeys: false } as const;
    await saveSettings(join(folder, 'new', 'settings.json'), settings);
    expect(await loadSettings(join(folder, 'new', 'settings.json'))).toEqual({ settings });
    expect(readdirSync(join(folder, 'new'))).toEqual(['settings.json']);
  });

  it.each(['', '{"theme":', 'null', '"dark"'])(
    'are the defaults when the file holds %j, which is kept',
    async (text) => {
      writeFileSync(file, text);
      const { settings, notice } = await loadSettings(file);
      expect(settings).toEqual(DEFAULT_SETTINGS);
      expect(notice).toBe(`The settings file was damaged; it was kept as ${file}.damaged and the defaults are used.`);
      expect([existsSync(file), readFileSync(`${file}.damaged`, 'utf8')]).toEqual([false, text]);
    },
  );

  it('keep what is right of a file that somebody edited', async () => {
    writeFileSync(file, '{"theme":"pink","projector":true,"more":1}');
    expect(await loadSettings(file)).toEqual({ settings: { ...DEFAULT_SETTINGS, projector: true } });
  });

  it('that cannot be saved say why, and leave the old file whole', async () => {
    mkdirSync(file); // stands in the way of a file, for root as well
    await expect(saveSettings(file, DEFAULT_SETTINGS)).rejects.toThrow(
      /^Your settings could not be saved: .+\. They hold until you close Evenkeel\.$/,
    );
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });
});
