import { EvenkeelError } from '../core/errors.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { Command } from './command.ts';
import { type LabDefinition, type OriginDefinition, withRole } from './lab.ts';
import { conflictsWithThreads } from './lab-file-threads.ts';

/**
 * Refuses what a lab with several threads cannot do (see `conflictsWithThreads`), simulated or not: what is saved has to run.
 * @throws EvenkeelError `not-allowed`
 */
export function requireThreadable(command: Command, lab: LabDefinition): void {
  if (lab.threads === 1) return;
  const [conflict] = conflictsWithThreads({ ...lab, ...changeOf(command, lab.origins) });
  if (conflict) throw new EvenkeelError('not-allowed', conflict.message);
}

/** The parts of the lab that the command changes, as far as threads have to do with them. */
function changeOf(command: Command, origins: readonly OriginDefinition[]): Partial<LabDefinition> {
  switch (command.command) {
    case 'set-strategy':
      return { strategy: command.strategy as StrategySpec };
    case 'set-policies':
      return command.policies;
    case 'set-sticky':
      return { sticky: command.sticky };
    case 'add-origin':
      return { origins: [...origins, command.origin as OriginDefinition] };
    case 'set-role':
      return {
        origins: origins.map((origin) => (origin.name === command.origin ? withRole(origin, command.role) : origin)),
      };
    default:
      return {};
  }
}
