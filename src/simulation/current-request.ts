import { clientAddressOf } from '../core/clients.ts';
import type { RequestInfo } from '../core/strategy.ts';
import type { AttemptSlots } from './attempt-slots.ts';

/** The request that the balancer is asked about: one object for all, looking at the slot of the moment. */
export class CurrentRequest implements RequestInfo {
  readonly method = 'GET';
  slot = 0;
  readonly #paths: readonly string[];
  readonly #slots: AttemptSlots;
  readonly #pick: () => number;
  readonly #addresses: string[] = [];

  constructor(paths: readonly string[], slots: AttemptSlots, pick: () => number) {
    this.#paths = paths;
    this.#slots = slots;
    this.#pick = pick;
  }

  get path(): string {
    return this.#paths[this.#slots.path[this.slot] as number] as string;
  }

  /** Drawn when somebody asks: most strategies never do. */
  get client(): string {
    const index = this.clientIndex;
    let address = this.#addresses[index];
    if (address === undefined) {
      address = clientAddressOf(index);
      this.#addresses[index] = address;
    }
    return address;
  }

  get clientIndex(): number {
    let client = this.#slots.client[this.slot] as number;
    if (client < 0) {
      client = this.#pick();
      this.#slots.client[this.slot] = client;
    }
    return client;
  }

  header(): undefined {
    return undefined;
  }
}
