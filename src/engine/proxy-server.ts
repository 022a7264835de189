import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Forwarder, Target } from './forwarder.ts';

/** Connections that may wait to be accepted. */
const BACKLOG = 1024;

/** The balancer's front door: listens, and gives each connection to the forwarder in charge. */
export class ProxyServer {
  readonly #server: Server;
  readonly #retired: Forwarder[] = [];
  #forwarder: Forwarder;

  constructor(forwarder: Forwarder) {
    this.#forwarder = forwarder;
    // Half-open: a client that has said all it wants to say may still wait for its answer, and so may a tunnel's end.
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (socket: Socket) =>
      this.#forwarder.accept(socket),
    );
  }

  /** @throws the error of listen(), e.g. EADDRINUSE */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, BACKLOG, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  forget(target: Target): void {
    this.#forwarder.forget(target);
  }

  /** New connections go to another forwarder; those of the old one end when their requests have. */
  setForwarder(forwarder: Forwarder): void {
    const before = this.#forwarder;
    this.#forwarder = forwarder;
    this.#retired.push(before);
    before.retire();
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const forwarder of [...this.#retired, this.#forwarder]) forwarder.close();
    });
  }
}
