import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ErrorCode, EvenkeelError } from '../core/errors.ts';

/** Ports to try, the first included. */
const TRIES = 20;

/**
 * Listens on `port` or, where that is taken, the next free one.
 * @param port 0: any free one
 * @returns the port, and a sentence for people when it is not the one asked for
 * @throws EvenkeelError `port-in-use` | `port-forbidden` | `bad-argument` (no such address)
 */
export async function listen(server: Server, host: string, port: number): Promise<{ port: number; notices: string[] }> {
  const last = port === 0 ? 0 : Math.min(port + TRIES - 1, 65_535);
  for (let candidate = port; candidate <= last; candidate++) {
    try {
      await listenOn(server, host, candidate);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue;
      throw explain(error as NodeJS.ErrnoException, host, candidate);
    }
    const actual = (server.address() as AddressInfo).port;
    const moved = port !== 0 && actual !== port;
    return { port: actual, notices: moved ? [`Port ${port} is taken; the control page is at port ${actual}.`] : [] };
  }
  throw new EvenkeelError(
    'port-in-use',
    `Ports ${port} to ${last} are all taken; choose another one for the control page.`,
  );
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): EvenkeelError {
  const [code, message]: [ErrorCode, string] =
    error.code === 'EACCES'
      ? ['port-forbidden', `Port ${port} needs rights this program does not have; choose one above 1023.`]
      : ['bad-argument', `Cannot listen on ${host}:${port} (${error.code ?? error.message}); 127.0.0.1 always works.`];
  return new EvenkeelError(code, message, { cause: error });
}
