import type { Message } from './transport.ts';

/**
 * What the desktop's preload script puts on the page as `window.evenkeel`, and the page's only way out: messages to the
 * lab and from it. A page without it is served by the web host and uses a WebSocket instead.
 */
export interface Bridge {
  /** Text only reaches the lab when it is at most MAX_BRIDGE_MESSAGE characters; binary messages are refused. */
  send(message: Message): void;
  /** The first listener opens the connection to the lab, so that no message can arrive before somebody listens. */
  onMessage(listener: (message: Message) => void): void;
}

/** Characters in the longest message a page may send: far over any command, far under what could hurt. */
export const MAX_BRIDGE_MESSAGE = 1024 * 1024;
