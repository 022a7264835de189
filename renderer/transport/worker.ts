import type { Message, Transport } from '../../src/protocol/transport.ts';

/** To a thread of the page's own. It goes with the thread, which closing it ends. */
export function createWorkerTransport(worker: Worker): Transport {
  const closers: (() => void)[] = [];
  const close = (): void => {
    worker.terminate();
    for (const closer of closers.splice(0)) closer();
  };
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    close();
  });
  return {
    send: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Message>) => listener(data));
    },
    onClose: (listener) => {
      closers.push(listener);
    },
    close,
  };
}
