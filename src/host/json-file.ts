import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeWhole } from './whole-file.ts';
import { writeProblem } from './write-problem.ts';

/** What a file of ours holds; `damaged` is where it was kept aside because it could not be read as JSON. */
type JsonFile = { readonly value: unknown } | { readonly damaged: string } | 'absent';

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
 * Writes it whole or not at all, and its folder where there is none.
 * @throws an Error whose message is a phrase, such as "the disk is full"
 */
export async function writeJsonFile(file: string, value: object): Promise<void> {
  await mkdir(dirname(file), { recursive: true }).catch((error: unknown) => {
    throw new Error(writeProblem(error), { cause: error });
  });
  await writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);
}
