import WebSocket, { type ClientOptions } from 'ws';
import type { Transport } from '../../src/protocol/transport.ts';
import type { WebHost } from '../../src/web/web-host.ts';

/** A WebSocket to the host's /ws as a script opens it, unless `options` say otherwise. */
export function openSocket({ port, token }: Pick<WebHost, 'port' | 'token'>, options: ClientOptions = {}): WebSocket {
  const headers = { Authorization: `Bearer ${token}`, ...options.headers };
  return new WebSocket(`ws://127.0.0.1:${port}/ws`, { ...options, headers });
}

/** The page's end of a WebSocket as a transport, once it is open. */
export async function pageTransport(socket: WebSocket): Promise<Transport> {
  const early: (string | Uint8Array)[] = [];
  const listeners: ((message: string | Uint8Array) => void)[] = [];
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? new Uint8Array(data as Buffer) : String(data);
    if (listeners.length === 0) early.push(message);
    for (const listener of listeners) listener(message);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return {
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(message);
    },
    onMessage: (listener) => {
      listeners.push(listener);
      for (const message of early.splice(0)) queueMicrotask(() => listener(message));
    },
    onClose: (listener) => void socket.once('close', () => listener()),
    close: () => socket.close(),
  };
}
