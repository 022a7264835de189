import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { EvenkeelError } from '../src/core/errors.ts';
import { Lab, type LabPorts } from '../src/host/lab.ts';
import type { LabDefinition } from '../src/protocol/lab.ts';
import { parseLabFile } from '../src/protocol/lab-file.ts';
import type { Transport } from '../src/protocol/transport.ts';

/** The one lab that runs in this app, and the change from one lab file to another. */
export class DesktopLab {
  #ports: LabPorts;
  #lab: Lab;
  /** Changes wait for each other: two labs would want the same ports. */
  #change: Promise<void> = Promise.resolve();

  private constructor(lab: Lab, ports: LabPorts) {
    this.#lab = lab;
    this.#ports = ports;
  }

  /** @throws EvenkeelError when the file cannot be read or is wrong, or the lab cannot start */
  static async start(file: string, ports: LabPorts): Promise<DesktopLab> {
    return new DesktopLab(await Lab.start(await readLab(file), ports), ports);
  }

  get state(): Lab['state'] {
    return this.#lab.state;
  }

  connect(transport: Transport): void {
    this.#lab.connect(transport);
  }

  /**
   * Runs another lab file in place of this one. What is wrong in the file is found before the running lab is stopped, and a
   * lab that does not start gives way to the one before it.
   *
   * @param onReplaced another lab runs, if only the one before started anew: pages have to connect again
   * @throws EvenkeelError as `start`
   */
  open(file: string, onReplaced: () => void): Promise<void> {
    const change = this.#change.then(() => this.#open(file, onReplaced));
    this.#change = change.catch(() => undefined);
    return change;
  }

  async stop(): Promise<void> {
    await this.#change;
    await this.#lab.stop();
  }

  async #open(file: string, onReplaced: () => void): Promise<void> {
    const next = await readLab(file);
    const before = this.#lab.state.lab;
    await this.#lab.stop();
    try {
      this.#lab = await Lab.start(next, this.#ports);
    } catch (error) {
      this.#lab = await Lab.start(before, this.#ports);
      throw error;
    } finally {
      onReplaced();
    }
  }
}

/** @throws EvenkeelError `storage` | `bad-lab` */
async function readLab(file: string): Promise<LabDefinition> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    throw new EvenkeelError('bad-lab', `The lab file ${file} cannot be read: ${why}.`);
  }
  const parsed = parseLabFile(text, basename(file));
  if ('lab' in parsed) return parsed.lab;
  const [first, ...others] = parsed.problems;
  const where = first ? `, line ${first.line}, column ${first.column}: ${first.message}` : ' is not a lab file.';
  const more = others.length > 0 ? ` (${others.length} more; see evenkeel check.)` : '';
  throw new EvenkeelError('bad-lab', `${file}${where}${more}`);
}
