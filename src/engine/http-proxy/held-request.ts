import type { EventEmitter } from 'node:events';
import type { FailureKind } from '../../core/failure.ts';

/** A request that nothing moves for now: watches for its client to leave. */
export class HeldRequest {
  readonly #connection: EventEmitter;
  readonly #isOpen: () => boolean;
  #left: ((failure: FailureKind) => void) | undefined;

  /**
   * @param connection emits `close` when the client has gone, or the answer is written
   * @param isOpen whether the answer is still owed
   */
  constructor(connection: EventEmitter, isOpen: () => boolean) {
    this.#connection = connection;
    this.#isOpen = isOpen;
  }

  begin(left: (failure: FailureKind) => void): void {
    if (!this.#left) this.#connection.once('close', this.#onClose);
    this.#left = left;
  }

  end(): void {
    this.#left = undefined;
    this.#connection.off('close', this.#onClose);
  }

  readonly #onClose = (): void => {
    const left = this.#left;
    this.#left = undefined;
    if (this.#isOpen()) left?.('client-gone');
  };
}
