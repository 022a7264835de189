import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { EvenkeelError } from '../core/errors.ts';
import { MAX_LAB_TEXT } from '../protocol/lab-file-text.ts';

const MISSING = (file: string): string => `There is no file ${file}.`;
const FORBIDDEN = (file: string): string => `${file} may not be read: ask its owner for permission.`;
const SENTENCES: Readonly<Record<string, (file: string) => string>> = {
  ENOENT: MISSING,
  ENOTDIR: MISSING,
  EISDIR: (file) => `${file} is a folder, not a lab file.`,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
};

/**
 * The text of what is said to be a lab file.
 * @throws EvenkeelError `bad-argument` when there is none, or it cannot be one
 */
export async function readTextOfLab(file: string): Promise<string> {
  try {
    return await textOfLab(createReadStream(file), file);
  } catch (error) {
    if (error instanceof EvenkeelError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    const sentence = SENTENCES[code]?.(file) ?? `${file} cannot be read: ${message}.`;
    throw new EvenkeelError('bad-argument', sentence, { cause: error });
  }
}

/**
 * The same of a stream, of which no more is read than a lab file can have: a device or a pipe may have no end.
 * @param name what people know it by
 * @throws EvenkeelError `bad-argument` when it cannot be a lab file; what the stream fails with
 */
export async function textOfLab(stream: Readable, name: string): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    size += piece.byteLength;
    if (size > MAX_LAB_TEXT) throw notALab(name, `it is larger than ${MAX_LAB_TEXT / 1024 ** 2} MB`);
    pieces.push(piece);
  }
  const text = Buffer.concat(pieces).toString();
  if (text.includes('\0')) throw notALab(name, 'it is not text');
  return text;
}

function notALab(name: string, why: string): EvenkeelError {
  return new EvenkeelError('bad-argument', `${name} is not a lab file: ${why}.`);
}
