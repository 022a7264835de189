import { open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { writeProblem } from './write-problem.ts';

/**
 * Writes to a new file, flushes it and renames it over the old one: after a crash or on a full disk the old one is whole. A link
 * stays one, and what it leads to keeps its permissions.
 * @throws an Error whose message is a phrase, such as "the disk is full"
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const before = await stat(target).catch(() => undefined);
  const fresh = `${target}.${process.pid}.new`;
  try {
    const handle = await open(fresh, 'w', before?.mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, target);
  } catch (error) {
    await unlink(fresh).catch(() => undefined);
    throw new Error(writeProblem(error), { cause: error });
  }
}
