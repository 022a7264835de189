import { readFile } from 'node:fs/promises';
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

  /** @throws EvenkeelError when the balancer cannot start */
  static async start(definition: LabDefinition, ports: LabPorts): Promise<DesktopLab> {
    return new DesktopLab(await Lab.start(definition, ports), ports);
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
   * @throws EvenkeelError as `readLab` and `start`
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

/** @throws EvenkeelError `bad-lab` with a line for each problem, when the file cannot be read or is wrong */
export async function readLab(file: string): Promise<LabDefinition> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new EvenkeelError(
      'bad-lab',
      code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${message}).`,
    );
  }
  const parsed = parseLabFile(text, file);
  if ('lab' in parsed) return parsed.lab;
  const lines = parsed.problems.map(({ line, column, message }) => `${file}:${line}:${column} ${message}`);
  throw new EvenkeelError('bad-lab', lines.join('\n'));
}
