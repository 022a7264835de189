import { dirname } from 'node:path';
import { withPathsFrom } from '../host/lab-paths.ts';
import { readTextOfLab, textOfLab } from '../host/lab-text.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { type ParsedLabFile, type Problem, parseLabFile } from '../protocol/lab-file.ts';

/** Reads and checks a lab file; `-` is standard input. @throws EvenkeelError `bad-argument` when it cannot be read */
export async function readLabFile(file: string): Promise<ParsedLabFile> {
  return parseLabFile(await readSource(file), file === '-' ? 'stdin' : file);
}

/** The text of a lab file, or of standard input. @throws EvenkeelError `bad-argument` when it cannot be read */
export function readSource(file: string): Promise<string> {
  return file === '-' ? textOfLab(process.stdin, 'stdin') : readTextOfLab(file);
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
