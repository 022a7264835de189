import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { SECURITY_HEADERS } from '../protocol/content-security.ts';
import type { Transport } from '../protocol/transport.ts';
import { type ErrorReply, JSON_TYPE } from './replies.ts';
import { webSocketTransport } from './web-socket-transport.ts';

/** Bytes; what a page sends are commands of a few KiB. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Pages at a time; a class room with one lab. */
export const MAX_SOCKETS = 32;
/** ms between two pings; a page from which nothing has come since the last one has gone without saying so. */
const PING_EVERY = 30_000;
/** ms a closing handshake may take before the connection is cut. */
const CLOSE_PATIENCE = 1000;

/** Refuses an upgrade in plain HTTP: there is no ServerResponse for it. */
export function refuseUpgrade(socket: Duplex, { status, headers: own, body }: ErrorReply): void {
  const headers = Object.entries({
    ...SECURITY_HEADERS,
    ...own,
    'Content-Type': JSON_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => {}); // it may have gone already
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.join('')}\r\n${body}`, () => socket.destroy());
}

/** The WebSockets of all pages: their number, their size limits and their life signs. */
export class WebSockets {
  #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  #silent = new WeakSet<WebSocket>();
  #timer: NodeJS.Timeout;
  #connect: (transport: Transport) => void;

  constructor(connect: (transport: Transport) => void) {
    this.#connect = connect;
    this.#timer = setInterval(() => this.#ping(), PING_EVERY);
    this.#timer.unref();
  }

  get full(): boolean {
    return this.#server.clients.size >= MAX_SOCKETS;
  }

  /** Completes an upgrade that the guards have let through. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (page) => {
      page.on('error', () => {}); // broken protocol, too large a message: `close` follows, with the code
      for (const sign of ['pong', 'message']) page.on(sign, () => this.#silent.delete(page));
      this.#connect(webSocketTransport(page));
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const gone = [...this.#server.clients].map(
      (page) =>
        new Promise<void>((resolve) => {
          const cut = setTimeout(() => page.terminate(), CLOSE_PATIENCE);
          page.once('close', () => {
            clearTimeout(cut);
            resolve();
          });
          page.close(1001, 'the lab has stopped');
        }),
    );
    await Promise.all(gone);
    this.#server.close();
  }

  #ping(): void {
    for (const page of this.#server.clients) {
      if (this.#silent.has(page)) {
        page.terminate();
        continue;
      }
      this.#silent.add(page);
      page.ping();
    }
  }
}
