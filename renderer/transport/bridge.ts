import type { Bridge } from '../../src/protocol/bridge.ts';
import type { Message, Transport } from '../../src/protocol/transport.ts';

declare global {
  interface Window {
    /** Put there by the desktop's preload script. */
    readonly evenkeel?: Bridge;
  }
}

/**
 * The desktop lab lives exactly as long as its window, so this transport never closes by itself. The bridge has one listener
 * for the life of the page; a transport made after another one takes the messages over.
 */
export function createBridgeTransport(bridge: Bridge): Transport {
  let listeners: ((message: Message) => void)[] = [];
  const closers: (() => void)[] = [];
  let open = true;
  bridge.onMessage((message) => {
    for (const listener of listeners) listener(message);
  });
  return {
    send: (message) => {
      if (open) bridge.send(message);
    },
    onMessage: (listener) => {
      listeners.push(listener);
    },
    onClose: (listener) => {
      closers.push(listener);
    },
    close() {
      open = false;
      listeners = [];
      for (const closer of closers.splice(0)) closer();
    },
  };
}
