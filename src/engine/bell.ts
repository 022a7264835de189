import { BroadcastChannel } from 'node:worker_threads';

/** Rings at the engine's other threads. */
export class Bell {
  readonly #channel: BroadcastChannel;

  /**
   * @param name of the engine; no other has it
   * @param thread the number of this thread
   * @param onRing another thread rang here
   */
  constructor(name: string, thread: number, onRing: () => void) {
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = (event) => {
      if ((event as { readonly data: number }).data === thread) onRing();
    };
    this.#channel.unref();
  }

  ring(thread: number): void {
    this.#channel.postMessage(thread);
  }

  close(): void {
    this.#channel.close();
  }
}
