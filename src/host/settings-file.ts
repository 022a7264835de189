import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EvenkeelError } from '../core/errors.ts';
import { DEFAULT_SETTINGS, type Settings } from '../protocol/command.ts';

export interface LoadedSettings {
  readonly settings: Settings;
  /** Why the defaults are used, when a file was there and could not be. */
  readonly notice?: string;
}

/** Reads the settings; a damaged file is kept aside as FILE.damaged and the defaults are used. Never throws. */
export async function loadSettings(file: string | undefined): Promise<LoadedSettings> {
  if (file === undefined) return { settings: DEFAULT_SETTINGS };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return { settings: DEFAULT_SETTINGS };
  }
  try {
    const value = JSON.parse(text) as Partial<Settings>;
    if (typeof value !== 'object' || value === null) throw new Error('not an object');
    return {
      settings: {
        theme: value.theme === 'dark' || value.theme === 'light' ? value.theme : 'system',
        projector: value.projector === true,
        singleKeys: value.singleKeys !== false,
      },
    };
  } catch {
    const aside = `${file}.damaged`;
    await rename(file, aside).catch(() => undefined);
    return {
      settings: DEFAULT_SETTINGS,
      notice: `The settings file was damaged; it was kept as ${aside} and the defaults are used.`,
    };
  }
}

/**
 * Writes to a new file, flushes it and renames it over the old one: after a crash or on a full disk the old one is whole.
 * @throws EvenkeelError `storage`
 */
export async function saveSettings(file: string | undefined, settings: Settings): Promise<void> {
  if (file === undefined) return;
  const fresh = `${file}.${process.pid}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(fresh, 'w');
    try {
      await handle.writeFile(`${JSON.stringify(settings, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  } catch (error) {
    await unlink(fresh).catch(() => undefined);
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOSPC'
        ? 'the disk is full'
        : code === 'EACCES' || code === 'EROFS'
          ? 'the folder is read-only'
          : (error as Error).message;
    throw new EvenkeelError('storage', `Your settings could not be saved: ${why}. They hold until you close Evenkeel.`);
  }
}
