import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { EvenkeelError } from '../src/core/errors.ts';
import { withPathsFrom } from '../src/host/lab-paths.ts';
import type { Command } from '../src/protocol/command.ts';
import type { LabDefinition } from '../src/protocol/lab.ts';
import { readLabText } from '../src/protocol/lab-file.ts';

/** @throws EvenkeelError `bad-lab` with a line for each problem, when the file cannot be read or is wrong */
export async function readLab(file: string): Promise<LabDefinition> {
  return withPathsFrom(dirname(file), readLabText(await textOf(file), file));
}

/**
 * Runs a lab file in place of what runs in `lab`.
 * @throws EvenkeelError as `readLab`, or when its balancer cannot listen; what ran before goes on then
 */
export async function openLabFile(lab: { command(command: Command): Promise<unknown> }, file: string): Promise<void> {
  await lab.command({ command: 'load-lab', lab: await textOf(file), file: basename(file) });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new EvenkeelError(
      'bad-lab',
      code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${message}).`,
    );
  }
}
