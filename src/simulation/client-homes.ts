/** The origin that each client stays with, as its cookie would say. */
export class ClientHomes {
  /** Number of the origin, by client; -1: none yet. Undefined: clients don't stay. */
  #homes: Int32Array | undefined;

  /** @param sticky whether clients stay. @param clients how many there are */
  constructor(sticky: boolean, clients: number) {
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

  /** Whether clients stay from now on; nobody stays anywhere yet. */
  set(sticky: boolean, clients: number): void {
    this.#homes = sticky ? new Int32Array(clients).fill(-1) : undefined;
  }

  /** There may be so many clients from now on; those there were keep their homes. */
  makeRoom(clients: number): void {
    const homes = this.#homes;
    if (!homes || homes.length >= clients) return;
    this.#homes = new Int32Array(clients).fill(-1);
    this.#homes.set(homes);
  }
}
