import type { WebSocket } from 'ws';
import type { Message, Transport } from '../protocol/transport.ts';

/** Bytes a page may leave unread before its connection is given up; frames are acknowledged, so this is a page that hangs. */
const MAX_UNSENT_BYTES = 32 * 1024 * 1024;

/** WebSocket close codes (RFC 6455 §7.4.1). */
const UNSUPPORTED_DATA = 1003;

/**
 * One page's WebSocket as a transport. A page only ever sends text; binary from it is refused by closing, as frames that are
 * too large are by `ws` itself.
 */
export function webSocketTransport(socket: WebSocket): Transport {
  return {
    send(message: Message): void {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.terminate();
      else socket.send(message);
    },
    onMessage(listener): void {
      socket.on('message', (data, isBinary) => {
        if (isBinary) socket.close(UNSUPPORTED_DATA, 'text only');
        else if (socket.readyState === socket.OPEN) listener(String(data));
      });
    },
    onClose(listener): void {
      if (socket.readyState === socket.CLOSED) queueMicrotask(listener);
      else socket.once('close', () => listener());
    },
    close(): void {
      socket.close();
    },
  };
}
