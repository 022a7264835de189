import { connect, type Socket } from 'node:net';

/** Connections with one request each, and what became of them. */
export class Clients {
  readonly #all: { readonly socket: Socket; text: string; closed: boolean }[];

  constructor(port: number, count: number) {
    this.#all = Array.from({ length: count }, () => {
      const socket = connect(port, '127.0.0.1');
      const one = { socket, text: '', closed: false };
      socket.on('data', (bytes) => (one.text += bytes));
      socket.on('error', () => undefined);
      socket.on('close', () => (one.closed = true));
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      return one;
    });
  }

  answered(status = 200): number {
    return this.#all.filter(({ text }) => text.startsWith(`HTTP/1.1 ${status} `)).length;
  }

  /** Closed without an answer. */
  cut(): number {
    return this.#all.filter(({ text, closed }) => closed && text === '').length;
  }

  close(): void {
    for (const { socket } of this.#all) socket.destroy();
  }
}
