import { now } from '../clock.ts';
import { MAX_IDLE, type Target } from '../forwarder.ts';
import type { Deadlines } from './deadlines.ts';
import { OriginConnection, type OriginConnectionOwner } from './origin-connection.ts';

/** The connections to all origins: the one used last is used first, so that those no longer needed grow old. */
export class ConnectionPool implements OriginConnectionOwner {
  readonly deadlines: Deadlines;
  readonly #idle = new Map<Target, OriginConnection[]>();
  readonly #open = new Set<OriginConnection>();

  constructor(deadlines: Deadlines) {
    this.deadlines = deadlines;
  }

  /** @param fresh true: none that its origin may have closed meanwhile */
  take(target: Target, fresh: boolean): OriginConnection {
    const idle = fresh ? undefined : this.#idle.get(target);
    const at = now();
    for (let connection = idle?.pop(); connection; connection = idle?.pop()) {
      if (!connection.socket.destroyed && connection.deadline > at) return connection;
      connection.socket.destroy();
    }
    const connection = new OriginConnection(target, this);
    this.#open.add(connection);
    return connection;
  }

  release(connection: OriginConnection): void {
    let idle = this.#idle.get(connection.target);
    if (!idle) {
      idle = [];
      this.#idle.set(connection.target, idle);
    }
    if (idle.length < MAX_IDLE) idle.push(connection);
    else connection.socket.destroy();
  }

  gone(connection: OriginConnection): void {
    this.#open.delete(connection);
    const idle = this.#idle.get(connection.target);
    if (idle === undefined) return;
    const at = idle.indexOf(connection);
    if (at >= 0) idle.splice(at, 1);
    // Its origin may have left the lab.
    if (idle.length === 0) this.#idle.delete(connection.target);
  }

  forget(target: Target): void {
    const idle = this.#idle.get(target) ?? [];
    this.#idle.delete(target);
    for (const connection of idle) connection.socket.destroy();
  }

  /** Idle ones only: the rest is somebody's. */
  closeIdle(): void {
    for (const idle of this.#idle.values()) for (const connection of [...idle]) connection.socket.destroy();
    this.#idle.clear();
  }

  close(): void {
    for (const connection of [...this.#open]) connection.socket.destroy();
  }
}
