import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/** A file of lines that begins anew before it grows too large: what was FILE is FILE.1 then, and so on up to a number of files. */
export class RotatingFile {
  readonly #file: string;
  readonly #maxBytes: number;
  readonly #files: number;
  #handle: FileHandle | undefined;
  #size = 0;
  /** A device or a pipe cannot be set aside. */
  #isRegular = true;

  /**
   * @param maxBytes of one file; a line longer than that has one for itself
   * @param files in all, the one being written included; at least 1
   */
  constructor(file: string, maxBytes: number, files: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#files = files;
  }

  /**
   * Appends lines; one call at a time.
   * @returns how many of them are written
   * @throws the error of the file system when that is none
   */
  async append(lines: readonly string[]): Promise<number> {
    let written = 0;
    try {
      // Also for no lines at all: whether it can be opened is known early.
      if (this.#handle === undefined) await this.#open();
      while (written < lines.length) {
        const handle = this.#handle ?? (await this.#open());
        const room = this.#isRegular ? this.#maxBytes - this.#size : Number.POSITIVE_INFINITY;
        const { text, count } = portion(lines, written, room);
        if (count === 0 && this.#size > 0) {
          await this.#rotate();
          continue;
        }
        await this.#write(handle, Buffer.from(count === 0 ? `${lines[written]}\n` : text));
        written += Math.max(1, count);
      }
    } catch (error) {
      await this.close();
      if (written === 0) throw error;
    }
    return written;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => undefined);
  }

  async #open(): Promise<FileHandle> {
    const handle = await open(this.#file, 'a');
    this.#handle = handle;
    const stat = await handle.stat();
    this.#isRegular = stat.isFile();
    this.#size = this.#isRegular ? stat.size : 0;
    return handle;
  }

  /** All of it or nothing: half a line would spoil the next one. */
  async #write(handle: FileHandle, bytes: Buffer): Promise<void> {
    try {
      await handle.appendFile(bytes);
    } catch (error) {
      if (this.#isRegular) await handle.truncate(this.#size).catch(() => undefined);
      throw error;
    }
    this.#size += bytes.byteLength;
  }

  async #rotate(): Promise<void> {
    await this.close();
    const name = (index: number): string => (index === 0 ? this.#file : `${this.#file}.${index}`);
    await rm(name(this.#files - 1), { force: true });
    for (let index = this.#files - 2; index >= 0; index--) {
      await rename(name(index), name(index + 1)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
  }
}

/** As many of the lines from `from` on as fit into `room` bytes. */
function portion(lines: readonly string[], from: number, room: number): { text: string; count: number } {
  let text = '';
  let bytes = 0;
  let count = 0;
  for (let index = from; index < lines.length; index++) {
    const line = `${lines[index]}\n`;
    bytes += Buffer.byteLength(line);
    if (bytes > room) break;
    text += line;
    count++;
  }
  return { text, count };
}
