import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EvenkeelError } from '../core/errors.ts';
import { didYouMean } from '../core/suggestion.ts';
import type { LabSummary } from '../protocol/lab-calls.ts';
import { parseLabFile } from '../protocol/lab-file.ts';

/** From the calm one to those that need more explaining; others follow by name. */
const ORDER: readonly string[] = [
  'default',
  'slow-server',
  'needs-load',
  'two-choices',
  'knee',
  'herd',
  'kill-nine',
  'black-hole',
  'flapping',
  'cascade',
  'retry-storm',
  'slow-start',
  'canary',
  'smooth-order',
  'ip-hash',
  'sticky-sessions',
  'consistent-hashing',
  'page-fan-out',
  'coordinated-omission',
];
const SUFFIX = '.yaml';

/** The labs that come with Evenkeel; their ids are their files' names. */
export class BuiltInLabs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(): Promise<readonly LabSummary[]> {
    const summaries = await Promise.all(
      (await this.#ids()).map(async (id): Promise<LabSummary[]> => {
        const parsed = parseLabFile(await this.#read(id), id);
        return 'lab' in parsed ? [{ id, name: parsed.lab.name, look: parsed.lab.look ?? '' }] : [];
      }),
    );
    return summaries.flat();
  }

  /** The text of its file. @throws EvenkeelError `bad-argument` when there is none of this id */
  async text(id: string): Promise<string> {
    const ids = await this.#ids();
    if (!ids.includes(id)) {
      const hint = didYouMean(id, ids) || ` There are ${ids.join(', ')}.`;
      throw new EvenkeelError('bad-argument', `There is no lab ${JSON.stringify(id)} among those of Evenkeel.${hint}`);
    }
    return this.#read(id);
  }

  async #ids(): Promise<string[]> {
    const files = await readdir(this.#folder);
    const ids = files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length));
    const place = (id: string): number => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);
    return ids.sort((a, b) => place(a) - place(b) || a.localeCompare(b));
  }

  #read(id: string): Promise<string> {
    return readFile(join(this.#folder, `${id}${SUFFIX}`), 'utf8');
  }
}
