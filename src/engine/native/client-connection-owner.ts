import type { ForwarderOptions } from '../forwarder.ts';
import type { ClientConnection } from './client-connection.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { Deadlines } from './deadlines.ts';
import type { Turns } from './turns.ts';

/** What the connections of all clients have in common. */
export interface ClientConnectionOwner extends ForwarderOptions {
  readonly deadlines: Deadlines;
  readonly pool: ConnectionPool;
  readonly turns: Turns;
  /** No new requests on any connection. */
  readonly retired: boolean;
  gone(connection: ClientConnection): void;
}
