import type { LabDefinition } from '../protocol/lab.ts';

/** The origin that each client stays with, as its cookie would say. */
export class ClientHomes {
  /** Index of the origin, by client; -1: none yet. Undefined: clients don't stay. */
  readonly #homes: Int32Array | undefined;

  constructor({ sticky, clients }: LabDefinition) {
    this.#homes = sticky === 'off' ? undefined : new Int32Array(clients.count).fill(-1);
  }

  /** Whether clients stay at all. */
  get any(): boolean {
    return this.#homes !== undefined;
  }

  /** Index of the client's origin; -1 for none. */
  of(client: number): number {
    return this.#homes?.[client] ?? -1;
  }

  /** It was answered there, and stays. */
  keep(client: number, origin: number): void {
    if (this.#homes) this.#homes[client] = origin;
  }
}
