import { clientAddressOf, createClientPicker } from '../core/clients.ts';
import type { Rng } from '../core/rng.ts';
import type { RequestInfo } from '../core/strategy.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import type { AttemptSlots } from './attempt-slots.ts';
import { ClientPaths } from './client-paths.ts';
import { CLIENT, NUMBERS, PATH } from './slot-fields.ts';

/** What all requests of a run have in common. */
export interface RequestWorld {
  readonly slots: AttemptSlots;
  readonly paths: ClientPaths;
  /** Calls that a page makes at once. */
  fanOut: number;
  /** By client, made when first asked for. As long as there are clients from the start: one that grows in leaps becomes a slow table. */
  addresses: (string | undefined)[];
  readonly addressOf: (client: number) => string;
  /** Draws a client. */
  pick: () => number;
}

/** What the requests of a run have in common at its start. @param lots what clients are drawn with */
export function requestWorld({ traffic, clients }: LabDefinition, slots: AttemptSlots, lots: Rng): RequestWorld {
  return {
    slots,
    paths: new ClientPaths(traffic.paths),
    fanOut: traffic.fanOut ?? 1,
    addresses: new Array<string | undefined>(clients.count).fill(undefined),
    addressOf: clientAddressOf,
    pick: createClientPicker(clients, lots),
  };
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
    return this.#world.paths.path(this.#world.slots.numbers[this.slot * NUMBERS + PATH] as number);
  }

  get client(): string {
    const { addresses, addressOf } = this.#world;
    const client = this.clientNumber;
    let address = addresses[client];
    if (address === undefined) {
      address = addressOf(client);
      addresses[client] = address;
    }
    return address;
  }

  /** Drawn when somebody asks: most strategies never do. */
  get clientNumber(): number {
    const { slots, pick } = this.#world;
    let client = slots.numbers[this.slot * NUMBERS + CLIENT] as number;
    if (client < 0) {
      client = pick();
      slots.numbers[this.slot * NUMBERS + CLIENT] = client;
    }
    return client;
  }

  /** Simulated clients send no headers; what a cookie would say is told to the balancer by itself. */
  header(): undefined {
    return undefined;
  }
}
