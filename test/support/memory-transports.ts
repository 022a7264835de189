import type { Message, Transport } from '../../src/protocol/transport.ts';

/**
 * Two transports back to back in one process; delivery is asynchronous and binary messages are copied, as over a socket,
 * so that a test on memory proves something about the others.
 */
export function createMemoryTransports(): [Transport, Transport] {
  const ends = [0, 1].map(() => ({ messages: [] as ((message: Message) => void)[], closes: [] as (() => void)[] }));
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    queueMicrotask(() => {
      for (const end of ends) for (const listener of end.closes) listener();
    });
  };
  const end = (mine: number): Transport => ({
    send(message) {
      if (!open) return;
      const copy = typeof message === 'string' ? message : message.slice();
      queueMicrotask(() => {
        if (open) for (const listener of ends[1 - mine]?.messages ?? []) listener(copy);
      });
    },
    onMessage: (listener) => {
      ends[mine]?.messages.push(listener);
    },
    onClose: (listener) => {
      ends[mine]?.closes.push(listener);
    },
    close,
  });
  return [end(0), end(1)];
}
