import { dirname } from 'node:path';
import { withPathsFrom } from '../src/host/lab-paths.ts';
import { readTextOfLab } from '../src/host/lab-text.ts';
import type { Command } from '../src/protocol/command.ts';
import type { LabDefinition } from '../src/protocol/lab.ts';
import { printLabFile, readLabText } from '../src/protocol/lab-file.ts';

/** @throws EvenkeelError with a line for each problem, when the file cannot be read or is wrong */
export async function readLab(file: string): Promise<LabDefinition> {
  return withPathsFrom(dirname(file), readLabText(await readTextOfLab(file), file));
}

/**
 * Runs a lab file in place of what runs in `lab`.
 * @throws EvenkeelError as `readLab`, or when its balancer cannot listen; what ran before goes on then
 */
export async function openLabFile(lab: { command(command: Command): Promise<unknown> }, file: string): Promise<void> {
  // Printed again, as a command's text has no folder in which its certificates would be looked for.
  await lab.command({ command: 'load-lab', lab: printLabFile(await readLab(file)) });
}
