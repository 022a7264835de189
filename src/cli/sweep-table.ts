import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { cannotWrite } from './cannot-write.ts';

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
    this.#target = this.#tried(() => openSync(file, length > 0 ? 'r+' : 'w'));
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
      throw cannotWrite(this.#file, error);
    }
  }
}
