import { type Field, type Framing, isCleanText, MessageError, parseFields } from './message-head.ts';

/** Most bytes of a chunk's size line and of one trailer section. */
const MAX_LINE = 4096;
const MAX_TRAILERS = 16_384;
const NO_FIELDS: readonly Field[] = [];

export interface BodySink {
  /** A piece of the body, a view on the bytes that were read: to be used at once or copied. */
  bodyData(piece: Buffer): void;
}

type At = 'size' | 'data' | 'data-end' | 'trailers' | 'done';

/**
 * Finds the pieces and the end of one body, whatever its framing and however its bytes are split. Strict: a chunk that is
 * not exactly as RFC 9112 §7.1 writes it ends the message, because what a lenient reader skips another one may run.
 */
export class BodyReader {
  trailers: readonly Field[] = NO_FIELDS;
  readonly #framing: Framing;
  /** Bytes still to come: of the body, or of the present chunk. */
  #left: number;
  #at: At;
  /** The part of a line that has come so far. */
  #line = '';
  #trailerLines: string[] = [''];
  #trailerBytes = 0;

  /** @param length bytes, for `length` */
  constructor(framing: Framing, length: number) {
    this.#framing = framing;
    this.#left = framing === 'length' ? length : 0;
    this.#at =
      framing === 'none' || (framing === 'length' && length === 0) ? 'done' : framing === 'chunked' ? 'size' : 'data';
  }

  get done(): boolean {
    return this.#at === 'done';
  }

  /**
   * Reads on at `from`. @returns where it stopped: the end of `bytes`, or the first byte behind the body
   * @throws MessageError
   */
  read(bytes: Buffer, from: number, sink: BodySink): number {
    if (this.#framing === 'length') return this.#readLength(bytes, from, sink);
    if (this.#framing === 'chunked') return this.#readChunks(bytes, from, sink);
    if (this.#framing === 'none') return from;
    if (from < bytes.length) sink.bodyData(from === 0 ? bytes : bytes.subarray(from));
    return bytes.length;
  }

  /** The connection ended. @returns whether that is a proper end of this body */
  ended(): boolean {
    if (this.#framing === 'close') this.#at = 'done';
    return this.#at === 'done';
  }

  #readLength(bytes: Buffer, from: number, sink: BodySink): number {
    const end = Math.min(bytes.length, from + this.#left);
    if (end > from) sink.bodyData(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
    this.#left -= end - from;
    if (this.#left === 0) this.#at = 'done';
    return end;
  }

  #readChunks(bytes: Buffer, from: number, sink: BodySink): number {
    let position = from;
    while (position < bytes.length && this.#at !== 'done') {
      if (this.#at === 'data') {
        const end = Math.min(bytes.length, position + this.#left);
        sink.bodyData(bytes.subarray(position, end));
        this.#left -= end - position;
        position = end;
        if (this.#left === 0) this.#at = 'data-end';
        continue;
      }
      const feed = bytes.indexOf(10, position);
      const end = feed < 0 ? bytes.length : feed + 1;
      this.#line += bytes.toString('latin1', position, end);
      position = end;
      if (this.#line.length > MAX_LINE + 2) throw new MessageError(400, 'a line in a chunked body that is too long');
      // Nothing but CR LF may follow a chunk: seen at its first wrong byte, not at the next line end.
      if (this.#at === 'data-end' && !'\r\n'.startsWith(this.#line)) throw badChunk();
      if (feed < 0) break;
      const line = this.#line;
      this.#line = '';
      if (!line.endsWith('\r\n') || !isCleanText(line)) throw badChunk();
      this.#onLine(line.slice(0, -2));
    }
    return position;
  }

  #onLine(line: string): void {
    if (this.#at === 'data-end') {
      this.#at = 'size';
    } else if (this.#at === 'size') {
      this.#left = chunkSize(line);
      this.#at = this.#left === 0 ? 'trailers' : 'data';
    } else if (line === '') {
      if (this.#trailerLines.length > 1) this.trailers = parseFields(this.#trailerLines);
      this.#at = 'done';
    } else {
      this.#trailerBytes += line.length;
      if (this.#trailerBytes > MAX_TRAILERS) throw new MessageError(431, 'trailers that are too long');
      this.#trailerLines.push(line);
    }
  }
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const QUOTED = '"(?:[\\t !#-[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*"';
/** A size and extensions (RFC 9112 §7.1.1). An open quote is not waited for: another parser may look for its end on the next line. */
const SIZE = new RegExp(`^([0-9A-Fa-f]{1,12})(?:[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|${QUOTED}))?)*$`);

function chunkSize(line: string): number {
  const match = SIZE.exec(line);
  if (!match) throw badChunk();
  return Number.parseInt(match[1] as string, 16);
}

function badChunk(): MessageError {
  return new MessageError(400, 'a chunk that is not as RFC 9112 writes it');
}
