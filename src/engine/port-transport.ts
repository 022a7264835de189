import type { MessagePort, Worker } from 'node:worker_threads';
import type { Message, Transport } from '../protocol/transport.ts';

/** A transport between threads of one process, over either end of a worker or a message channel. */
export function portTransport(port: MessagePort | Worker): Transport {
  // A MessagePort says 'close', a Worker 'exit'; only one of them is ever emitted by either.
  const emitter = port as MessagePort;
  return {
    send(message) {
      // A frame owns its buffer, so it can move to the other thread instead of being copied.
      if (typeof message === 'string') port.postMessage(message);
      else port.postMessage(message, [message.buffer as ArrayBuffer]);
    },
    onMessage: (listener) => {
      emitter.on('message', (message: unknown) => {
        if (typeof message === 'string' || message instanceof Uint8Array) listener(message as Message);
      });
    },
    onClose: (listener) => {
      let told = false;
      const tell = (): void => {
        if (told) return;
        told = true;
        listener();
      };
      emitter.on('close', tell);
      (port as Worker).on('exit', tell);
    },
    close() {
      if ('close' in port) port.close();
      else void (port as Worker).terminate();
    },
  };
}
