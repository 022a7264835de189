import type { Socket } from 'node:net';
import type { Forwarder, ForwarderOptions, Target } from '../forwarder.ts';
import { ClientConnection } from './client-connection.ts';
import type { ClientConnectionOwner } from './client-connection-owner.ts';
import { ConnectionPool } from './connection-pool.ts';
import { Deadlines } from './deadlines.ts';
import { Turns } from './turns.ts';

/** Sockets on both sides and parsers of our own in between: strict, streaming, one write for a small answer. */
export class NativeForwarder implements Forwarder, ClientConnectionOwner {
  readonly name = 'native';
  readonly handler: ForwarderOptions['handler'];
  readonly trustForwarded: ForwarderOptions['trustForwarded'];
  readonly tellsForwarded: boolean;
  readonly deadlines = new Deadlines();
  readonly pool = new ConnectionPool(this.deadlines);
  readonly turns = new Turns();
  retired = false;
  readonly #clients = new Set<ClientConnection>();
  #onGone: (() => void) | undefined;

  constructor(options: ForwarderOptions) {
    this.handler = options.handler;
    this.trustForwarded = options.trustForwarded;
    this.tellsForwarded = options.tellsForwarded;
  }

  accept(socket: Socket): void {
    this.#clients.add(new ClientConnection(socket, this));
  }

  gone(connection: ClientConnection): void {
    this.#clients.delete(connection);
    this.#endIfRetired();
  }

  forget(target: Target): void {
    this.pool.forget(target);
  }

  retire(gone: () => void): void {
    this.retired = true;
    this.#onGone = gone;
    for (const client of this.#clients) client.retire();
    this.pool.closeIdle();
    this.#endIfRetired();
  }

  close(): void {
    // With each client goes what its request has of an origin, and with the last one the rest: no origin is to blame.
    this.#onGone ??= () => undefined;
    this.pool.closeIdle();
    for (const client of this.#clients) client.cut();
    this.#endIfRetired();
  }

  #endIfRetired(): void {
    const gone = this.#onGone;
    if (gone === undefined || this.#clients.size > 0) return;
    this.#onGone = undefined;
    this.pool.close();
    gone();
  }
}
