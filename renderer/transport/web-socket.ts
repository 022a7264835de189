import type { Message, Transport } from '../../src/protocol/transport.ts';
import { PATIENCE } from './heartbeat.ts';

/** Resolves with an open socket's transport; rejects when the socket closes before it opened, or does not open for too long. */
export function openWebSocket(url: string): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const refuse = (): void => reject(new Error('The connection was refused.'));
    const late = setTimeout(() => {
      refuse();
      socket.close();
    }, PATIENCE);
    const listeners: ((message: Message) => void)[] = [];
    const closers: (() => void)[] = [];
    // The lab speaks first, possibly before anybody listens: its first state must not be lost.
    let early: Message[] | undefined = [];
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      const message = typeof data === 'string' ? data : new Uint8Array(data);
      if (early) early.push(message);
      else for (const listener of listeners) listener(message);
    };
    socket.onclose = () => {
      clearTimeout(late);
      refuse();
      for (const closer of closers.splice(0)) closer();
    };
    socket.onopen = () => {
      clearTimeout(late);
      resolve({
        send: (message) => socket.send(message as string),
        onMessage(listener) {
          listeners.push(listener);
          const missed = early ?? [];
          early = undefined;
          for (const message of missed) queueMicrotask(() => listener(message));
        },
        onClose: (listener) => {
          closers.push(listener);
        },
        close: () => socket.close(),
      });
    };
  });
}
