import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { EvenkeelError } from '../core/errors.ts';
import { writeProblem } from '../host/write-problem.ts';
import { bad } from './options.ts';

/** A sweep's rows on standard output. */
export class Printed {
  add(line: string): void {
    process.stdout.write(`${line}\n`);
  }

  close(): void {}
}

/** A sweep's rows in a file. @throws EvenkeelError `bad-argument` | `storage` when it cannot be written */
export class TableFile {
  readonly #file: string;
  readonly #target: number;
  #position: number;

  /** @param length bytes of it that stay; what comes after them is written anew */
  constructor(file: string, length: number) {
    this.#file = file;
    this.#position = length;
    try {
      this.#target = openSync(file, length > 0 ? 'r+' : 'w');
    } catch (error) {
      throw bad(`${file} cannot be written: ${writeProblem(error)}.`);
    }
    if (length > 0) this.#tried(() => ftruncateSync(this.#target, length));
  }

  add(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    // A disk that is nearly full takes a part of it, and refuses the rest.
    for (let done = 0; done < bytes.length; ) {
      const written = this.#tried(() => writeSync(this.#target, bytes, done, bytes.length - done, this.#position));
      done += written;
      this.#position += written;
    }
  }

  close(): void {
    this.#tried(() => closeSync(this.#target));
  }

  #tried<Value>(write: () => Value): Value {
    try {
      return write();
    } catch (error) {
      throw new EvenkeelError('storage', `${this.#file} cannot be written: ${writeProblem(error)}.`, { cause: error });
    }
  }
}
