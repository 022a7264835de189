/** Which origin each client met last, and whether it ever met another one than before. */
export class ClientTrail {
  /** Index of the origin; -1: none yet. */
  readonly #last: Int32Array;
  readonly #moved: Uint8Array;

  constructor(clients: number) {
    this.#last = new Int32Array(clients).fill(-1);
    this.#moved = new Uint8Array(clients);
  }

  met(client: number, origin: number): void {
    const last = this.#last[client];
    if (last !== origin && last !== -1) this.#moved[client] = 1;
    this.#last[client] = origin;
  }

  /** Share (0–1) of the clients that met any origin; NaN without any. */
  get moved(): number {
    let seen = 0;
    let moved = 0;
    for (let client = 0; client < this.#last.length; client++) {
      if (this.#last[client] !== -1) seen++;
      moved += this.#moved[client] as number;
    }
    return moved / seen;
  }
}
