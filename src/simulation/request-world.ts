import { clientAddressOf, createClientPicker } from '../core/clients.ts';
import type { Rng } from '../core/rng.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { ClientPaths } from './client-paths.ts';

/** What all requests of a run have in common. */
export interface RequestWorld {
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
export function requestWorld({ traffic, clients }: LabDefinition, lots: Rng): RequestWorld {
  return {
    paths: new ClientPaths(traffic.paths),
    fanOut: traffic.fanOut ?? 1,
    addresses: new Array<string | undefined>(clients.count).fill(undefined),
    addressOf: clientAddressOf,
    pick: createClientPicker(clients, lots),
  };
}
