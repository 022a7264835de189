import { MAX_HEAD_BYTES } from '../forwarder.ts';
import { MAX_TARGET_BYTES, MessageError } from './message-head.ts';

const END = '\r\n\r\n';
/** Bytes in which nearly every block ends: to make a text of these and look in it takes half as long as to look in the bytes first. */
const USUAL = 4096;
/** Bytes of what follows that may stay in a block's memory. */
const MOST_BEHIND = 512;
/** Parts of a block that wait for the rest as they came: each is an object many times as large as a byte. */
const MOST_PARTS = 64;
const CR = 13;
const LF = 10;
/** Longest request line: the target, and the longest method and version that are worth waiting for. */
const MAX_START_LINE = MAX_TARGET_BYTES + 256;

/** Finds the end of a header block in bytes that come in any pieces. Nearly always it is whole in one. */
export class HeadReader {
  /** Where in the bytes of the last `read` the block ended: what follows is behind it. */
  next = 0;
  #parts: Buffer[] = [];
  #length = 0;
  /** The last bytes of the parts, at most three: a block's end may be split. */
  #tail = '';
  #startLineSeen = false;

  /** Whether a part of a block is waiting for the rest. */
  get started(): boolean {
    return this.#length > 0;
  }

  /**
   * @returns the block in latin-1 without its last two line ends; undefined when more is needed
   * @throws MessageError 431, 414, or 400 for what cannot become a block any more
   */
  read(bytes: Buffer, from: number): string | undefined {
    // No start line begins with anything but a letter: TLS, for one, would only wait for its answer.
    if (this.#length === 0 && from < bytes.length && !isLetter(bytes[from] as number))
      throw new MessageError(400, 'something that is not HTTP');
    if (this.#length === 0) {
      const text = bytes.toString('latin1', from, Math.min(bytes.length, from + USUAL));
      const at = text.indexOf(END);
      if (at >= 0) {
        this.next = from + at + END.length;
        // Whoever keeps a part of it keeps all of this text in the memory: what follows the block, too.
        return text.length - at > MOST_BEHIND ? bytes.toString('latin1', from, from + at) : text.slice(0, at);
      }
    }
    const end = this.#endIn(bytes, from);
    if (end < 0) {
      this.#keep(from === 0 ? bytes : bytes.subarray(from));
      return undefined;
    }
    this.next = end;
    if (this.#length === 0) {
      if (end - from > MAX_HEAD_BYTES) throw tooLong(true);
      return bytes.toString('latin1', from, end - END.length);
    }
    this.#parts.push(bytes.subarray(from, end));
    const length = this.#length + end - from;
    const text = Buffer.concat(this.#parts, length).toString('latin1', 0, length - END.length);
    this.reset();
    if (length > MAX_HEAD_BYTES) throw tooLong(true);
    return text;
  }

  reset(): void {
    this.#parts = [];
    this.#length = 0;
    this.#tail = '';
    this.#startLineSeen = false;
  }

  #endIn(bytes: Buffer, from: number): number {
    if (this.#tail !== '') {
      const seam = this.#tail + bytes.toString('latin1', from, Math.min(bytes.length, from + END.length - 1));
      const at = seam.indexOf(END);
      if (at >= 0) return from + at + END.length - this.#tail.length;
    }
    const at = bytes.indexOf(END, from, 'latin1');
    return at < 0 ? -1 : at + END.length;
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#refuseBareLineFeeds(part);
    // A copy: its memory is used again for what comes next.
    if (this.#parts.push(Buffer.from(part)) > MOST_PARTS) this.#parts = [Buffer.concat(this.#parts)];
    this.#length += part.length;
    this.#startLineSeen ||= part.includes(LF);
    if (this.#length > MAX_HEAD_BYTES) throw tooLong(this.#startLineSeen);
    if (!this.#startLineSeen && this.#length > MAX_START_LINE) throw tooLong(false);
    this.#tail = (this.#tail + part.toString('latin1', Math.max(0, part.length - 3))).slice(-3);
  }

  #refuseBareLineFeeds(part: Buffer): void {
    for (let at = part.indexOf(LF); at >= 0; at = part.indexOf(LF, at + 1)) {
      const before = at > 0 ? part[at - 1] : this.#tail.charCodeAt(this.#tail.length - 1);
      if (before !== CR) throw new MessageError(400, 'a line that ends without CR');
    }
  }
}

/** Some clients send an empty line behind a body (RFC 9112 §2.2). @returns where the first byte is that is not of one */
export function afterEmptyLines(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function tooLong(startLineSeen: boolean): MessageError {
  return startLineSeen
    ? new MessageError(431, 'a header block that is too long')
    : new MessageError(414, 'a target that is too long');
}
