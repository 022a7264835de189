import { readFile, stat } from 'node:fs/promises';
import { EvenkeelError } from '../core/errors.ts';

/** Bytes; the largest lab (100 origins, all written out) has some tens of thousands. */
const MAX_LAB_FILE = 1024 * 1024;

const MISSING = (file: string): string => `There is no file ${file}.`;
const FORBIDDEN = (file: string): string => `${file} may not be read: ask its owner for permission.`;
const SENTENCES: Readonly<Record<string, (file: string) => string>> = {
  ENOENT: MISSING,
  ENOTDIR: MISSING,
  EISDIR: (file) => `${file} is a folder, not a lab file.`,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
};

/**
 * The text of what is said to be a lab file.
 * @throws EvenkeelError `bad-argument` when there is none, or it cannot be one
 */
export async function readTextOfLab(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_LAB_FILE) throw notALab(file, `it has ${Math.round(size / MAX_LAB_FILE)} MB`);
    const text = await readFile(file, 'utf8');
    if (text.includes('\0')) throw notALab(file, 'it is not text');
    return text;
  } catch (error) {
    if (error instanceof EvenkeelError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    const sentence = SENTENCES[code]?.(file) ?? `${file} cannot be read: ${message}.`;
    throw new EvenkeelError('bad-argument', sentence, { cause: error });
  }
}

function notALab(file: string, why: string): EvenkeelError {
  return new EvenkeelError('bad-argument', `${file} is not a lab file: ${why}.`);
}
