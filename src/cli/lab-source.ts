import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { EvenkeelError } from '../core/errors.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { type ParsedLabFile, type Problem, parseLabFile } from '../protocol/lab-file.ts';
import { bad } from './options.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no file',
  ENOTDIR: 'There is no file',
  EISDIR: 'A lab file is needed, but this is a folder:',
  EACCES: 'There is no permission to read',
  EPERM: 'There is no permission to read',
};

/** Reads and checks a lab file; `-` is standard input. @throws EvenkeelError `bad-argument` when it cannot be read */
export async function readLabFile(file: string): Promise<ParsedLabFile> {
  if (file === '-') return parseLabFile(await text(process.stdin), 'stdin');
  try {
    return parseLabFile(await readFile(file, 'utf8'), file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const reason = REASONS[code];
    if (reason === undefined) throw bad(`${file} cannot be read (${code || (error as Error).message}).`);
    throw new EvenkeelError('bad-argument', `${reason} ${file}.`, { cause: error });
  }
}

/** A problem as compilers print theirs, so that editors can jump to it. */
export function problemLine(file: string, { line, column, message }: Problem): string {
  return `${file === '-' ? 'stdin' : file}:${line}:${column} ${message}`;
}

/** The lab of a file that has to be right; prints every problem otherwise and answers undefined. */
export async function loadLab(file: string): Promise<LabDefinition | undefined> {
  const parsed = await readLabFile(file);
  if ('lab' in parsed) return parsed.lab;
  for (const problem of parsed.problems) console.error(problemLine(file, problem));
  return undefined;
}
