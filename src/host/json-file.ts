import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a file of ours holds; `damaged` is where it was kept aside because it could not be read as JSON. */
export type JsonFile = { readonly value: unknown } | { readonly damaged: string } | 'absent';

/** Reads a file that we wrote; one that is no JSON object is kept aside as FILE.damaged. Never throws. */
export async function readJsonFile(file: string): Promise<JsonFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return 'absent';
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) throw new Error('not an object');
    return { value };
  } catch {
    const damaged = `${file}.damaged`;
    await rename(file, damaged).catch(() => undefined);
    return { damaged };
  }
}

/**
 * Writes to a new file, flushes it and renames it over the old one: after a crash or on a full disk the old one is whole.
 * @throws an Error whose message is a phrase, such as "the disk is full"
 */
export async function writeJsonFile(file: string, value: object): Promise<void> {
  const fresh = `${file}.${process.pid}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(fresh, 'w');
    try {
      await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  } catch (error) {
    await unlink(fresh).catch(() => undefined);
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Error(WHY[code] ?? message, { cause: error });
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EACCES: 'the folder is read-only',
  EPERM: 'the folder is read-only',
  EROFS: 'the folder is read-only',
};
