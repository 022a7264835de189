import type { RequestInfo } from '../core/strategy.ts';
import type { AttemptSlots } from './attempt-slots.ts';

/** What all requests of a run have in common. */
export interface RequestWorld {
  readonly slots: AttemptSlots;
  readonly paths: readonly string[];
  /** By client, made when first asked for. As long as there are clients from the start: one that grows in leaps becomes a slow table. */
  readonly addresses: (string | undefined)[];
  readonly addressOf: (client: number) => string;
  /** Draws a client. */
  readonly pick: () => number;
}

/** The request in a slot as the balancer and strategies see it. One object may look at one slot after the other. */
export class RequestSlot implements RequestInfo {
  readonly method = 'GET';
  slot: number;
  readonly #world: RequestWorld;

  constructor(world: RequestWorld, slot: number) {
    this.#world = world;
    this.slot = slot;
  }

  get path(): string {
    return this.#world.paths[this.#world.slots.path[this.slot] as number] as string;
  }

  get client(): string {
    const { addresses, addressOf } = this.#world;
    const client = this.clientIndex;
    let address = addresses[client];
    if (address === undefined) {
      address = addressOf(client);
      addresses[client] = address;
    }
    return address;
  }

  /** Drawn when somebody asks: most strategies never do. */
  get clientIndex(): number {
    const { slots, pick } = this.#world;
    let client = slots.client[this.slot] as number;
    if (client < 0) {
      client = pick();
      slots.client[this.slot] = client;
    }
    return client;
  }

  /** Simulated clients send no headers; what a cookie would say is told to the balancer by itself. */
  header(): undefined {
    return undefined;
  }
}
