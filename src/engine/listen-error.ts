import { EvenkeelError } from '../core/errors.ts';
import { unsupported } from './thread-support.ts';

/** A port that cannot be listened on, in words. */
export function listenError(error: NodeJS.ErrnoException, host: string, port: number, threads = 1): Error {
  if (error.code === 'EADDRINUSE') {
    return new EvenkeelError(
      'port-in-use',
      `Port ${port} on ${host} is in use by another program; choose another port or stop that program.`,
    );
  }
  if (error.code === 'EACCES') {
    return new EvenkeelError(
      'port-forbidden',
      `Port ${port} needs administrator rights; choose a port from 1024 to 65535.`,
    );
  }
  if (error.code === 'ENOTSUP') return unsupported(threads);
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new EvenkeelError('bad-argument', `${host} is not an address of this machine; use 127.0.0.1.`);
  }
  return error;
}
