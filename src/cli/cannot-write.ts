import { EvenkeelError } from '../core/errors.ts';

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room and run it again',
  EDQUOT: 'your share of the disk is full; make room and run it again',
  EFBIG: 'it is larger than files may be here',
  ENOENT: 'its folder does not exist; make it first',
  ENOTDIR: 'its folder is a file; choose another place',
  EISDIR: 'it is a folder; give the name of a file',
  EACCES: 'you may not write there; choose another place',
  EPERM: 'you may not write there; choose another place',
  EROFS: 'that disk can only be read; choose another place',
};

/** Those of them that are in what was typed. */
const TYPED: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EROFS']);

/** Why something could not be written, for people. @param what begins after "Cannot write" */
export function cannotWrite(what: string, error: unknown): EvenkeelError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new EvenkeelError(
    TYPED.has(code) ? 'bad-argument' : 'storage',
    `Cannot write ${what}: ${WHY[code] ?? message}.`,
    { cause: error },
  );
}
