import { EvenkeelError } from '../core/errors.ts';
import { requireThreads } from '../engine/thread-support.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { conflictsWithThreads } from '../protocol/lab-file-threads.ts';

/**
 * Whether the lab can run live here and now; whoever made it of a lab file and wishes of their own is told what does not go together.
 * @throws EvenkeelError `not-allowed` | `bad-lab`
 */
export function requireRunnable(definition: LabDefinition): void {
  requireThreads(definition.threads);
  const [conflict] = conflictsWithThreads(definition);
  if (conflict) throw new EvenkeelError('bad-lab', conflict.message);
}
