import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { ListenAddress } from './engine-calls.ts';
import type { Forwarder, Target } from './forwarder.ts';

/** Connections that may wait to be accepted. */
const BACKLOG = 1024;

/**
 * Finds out whether a port is free. Where several sockets may share one, a port of another lab would not be noticed otherwise.
 * @throws the error of listen(), e.g. EADDRINUSE
 */
export async function requireFree({ host, port }: ListenAddress): Promise<void> {
  const probe = createServer().listen({ port, host });
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}

/** The balancer's front door: listens, and gives each connection to the forwarder in charge. */
export class ProxyServer {
  readonly #retired = new Set<Forwarder>();
  #forwarder: Forwarder;
  #server: Server | undefined;

  constructor(forwarder: Forwarder) {
    this.#forwarder = forwarder;
  }

  /**
   * @param tls PEM of the certificate (with its chain) and of its key: clients then speak TLS
   * @param shared whether other threads listen there, too
   * @throws the error of listen(), e.g. EADDRINUSE, or of a certificate and key that do not fit
   */
  async listen({ host, port, tls }: ListenAddress, shared = false): Promise<number> {
    const accept = (socket: Socket): void => this.#forwarder.accept(socket);
    // Half-open: a client that has said all it wants to say may still wait for its answer, and so may a tunnel's end.
    const options = { noDelay: true, allowHalfOpen: true };
    const server = tls
      ? createTlsServer({ ...options, cert: tls.cert, key: tls.key, ALPNProtocols: ['http/1.1'] }, accept)
      : createServer(options, accept);
    // A client that speaks no TLS, or leaves in the middle of the handshake, is nobody's problem but its own.
    server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host, backlog: BACKLOG, ...(shared && { reusePort: true }) }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  forget(target: Target): void {
    this.#forwarder.forget(target);
  }

  /** Forwarders that were replaced and still have requests in progress. */
  get retiring(): number {
    return this.#retired.size;
  }

  /** New connections go to another forwarder; those of the old one end when their requests have. */
  setForwarder(forwarder: Forwarder): void {
    const before = this.#forwarder;
    this.#forwarder = forwarder;
    this.#retired.add(before);
    before.retire(() => this.#retired.delete(before));
  }

  /** Closes everything; each request that was under way has ended when it answers. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#server) this.#server.close(() => resolve());
      else resolve();
      for (const forwarder of [...this.#retired, this.#forwarder]) forwarder.close();
    });
    // A server says that it is closed a turn before its connections do.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}
