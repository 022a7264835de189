import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { EvenkeelError } from '../core/errors.ts';
import { withPathsFrom } from '../host/lab-paths.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { type ParsedLabFile, type Problem, parseLabFile } from '../protocol/lab-file.ts';

const MISSING = (file: string): string => `There is no file ${file}.`;
const FORBIDDEN = (file: string): string => `${file} may not be read: ask its owner for permission.`;
const SENTENCES: Readonly<Record<string, (file: string) => string>> = {
  ENOENT: MISSING,
  ENOTDIR: MISSING,
  EISDIR: (file) => `${file} is a folder, not a lab file.`,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
};

/** Reads and checks a lab file; `-` is standard input. @throws EvenkeelError `bad-argument` when it cannot be read */
export async function readLabFile(file: string): Promise<ParsedLabFile> {
  if (file === '-') return parseLabFile(await text(process.stdin), 'stdin');
  try {
    return parseLabFile(await readFile(file, 'utf8'), file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const sentence = SENTENCES[code]?.(file) ?? `${file} cannot be read: ${(error as Error).message}.`;
    throw new EvenkeelError('bad-argument', sentence, { cause: error });
  }
}

/** A problem as compilers print theirs, so that editors can jump to it. */
export function problemLine(file: string, { line, column, message }: Problem): string {
  return `${file === '-' ? 'stdin' : file}:${line}:${column} ${message}`;
}

/** The lab of a file that has to be right; prints every problem otherwise and answers undefined. */
export async function loadLab(file: string): Promise<LabDefinition | undefined> {
  const parsed = await readLabFile(file);
  if ('lab' in parsed) return file === '-' ? parsed.lab : withPathsFrom(dirname(file), parsed.lab);
  for (const problem of parsed.problems) console.error(problemLine(file, problem));
  return undefined;
}
