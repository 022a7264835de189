import type { AnswersDefinition } from '../protocol/lab.ts';

/** The origin that each client stays with, as its cookie would say. */
export class ClientHomes {
  /** Number of the origin, by client; -1: none yet. Undefined: clients don't stay. */
  #homes: Int32Array | undefined;
  /** What clients' cookies say, also while nobody asks for them. */
  #cookies = new Int32Array(0);
  #name = '';

  /** @param sticky how clients stay. @param clients how many there are */
  constructor(sticky: AnswersDefinition['sticky'], clients: number) {
    this.set(sticky, clients);
  }

  /** Whether clients stay at all. */
  get any(): boolean {
    return this.#homes !== undefined;
  }

  /** Number of the client's origin; -1 for none. */
  of(client: number): number {
    return this.#homes?.[client] ?? -1;
  }

  /** It was answered there, and stays. */
  keep(client: number, origin: number): void {
    if (this.#homes) this.#homes[client] = origin;
  }

  /** How clients stay from now on. One who had that cookie before has it still; of another name nobody has any. */
  set(sticky: AnswersDefinition['sticky'], clients: number): void {
    this.#homes = undefined;
    if (sticky === 'off') return;
    if (sticky.cookie !== this.#name) this.#cookies = new Int32Array(0);
    this.#name = sticky.cookie;
    this.#homes = this.#cookies;
    this.makeRoom(clients);
  }

  /** There may be so many clients from now on; those there were keep their homes. */
  makeRoom(clients: number): void {
    const homes = this.#homes;
    if (!homes || homes.length >= clients) return;
    this.#cookies = new Int32Array(clients).fill(-1);
    this.#cookies.set(homes);
    this.#homes = this.#cookies;
  }
}
