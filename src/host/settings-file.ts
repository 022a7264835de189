import { EvenkeelError } from '../core/errors.ts';
import { DEFAULT_SETTINGS, type Settings } from '../protocol/command.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

interface LoadedSettings {
  readonly settings: Settings;
  /** Why the defaults are used, when a file was there and could not be. */
  readonly notice?: string;
}

/** Reads the settings; a damaged file is kept aside as FILE.damaged and the defaults are used. Never throws. */
export async function loadSettings(file: string | undefined): Promise<LoadedSettings> {
  const read = file === undefined ? 'absent' : await readJsonFile(file);
  if (read === 'absent') return { settings: DEFAULT_SETTINGS };
  if ('damaged' in read) {
    return {
      settings: DEFAULT_SETTINGS,
      notice: `The settings file was damaged; it was kept as ${read.damaged} and the defaults are used.`,
    };
  }
  const value = read.value as Partial<Settings>;
  return {
    settings: {
      theme: value.theme === 'dark' || value.theme === 'light' ? value.theme : 'system',
      projector: value.projector === true,
      singleKeys: value.singleKeys !== false,
    },
  };
}

/** @throws EvenkeelError `storage` */
export async function saveSettings(file: string | undefined, settings: Settings): Promise<void> {
  if (file === undefined) return;
  try {
    await writeJsonFile(file, settings);
  } catch (error) {
    const why = (error as Error).message;
    throw new EvenkeelError('storage', `Your settings could not be saved: ${why}. They hold until you close Evenkeel.`);
  }
}
