import type { Candidate } from './strategy.ts';

/** Clients that there is room for at first; it grows by doubling. */
const FIRST_CAPACITY = 1024;

/** Where clients that have a number were placed among the same origins: two bytes each, and no hash when they come again. */
export class PlacesByClient {
  #all: readonly Candidate[] = [];
  #indices: ReadonlyMap<Candidate, number> = new Map();
  /** By client, the index of its origin plus 1; 0: not known. */
  #places = new Uint16Array(FIRST_CAPACITY);

  /** With other origins, or weights, nothing is known any more; costs nothing while `all` is the same array. */
  follow(all: readonly Candidate[]): void {
    if (all === this.#all) return;
    this.#all = all;
    this.#indices = new Map(all.map((candidate, index) => [candidate, index]));
    this.#places.fill(0);
  }

  of(client: number): Candidate | undefined {
    const place = client < this.#places.length ? (this.#places[client] as number) : 0;
    return place === 0 ? undefined : this.#all[place - 1];
  }

  keep(client: number, candidate: Candidate): void {
    if (client >= this.#places.length) this.#makeRoom(client);
    this.#places[client] = (this.#indices.get(candidate) ?? -1) + 1;
  }

  #makeRoom(client: number): void {
    let capacity = this.#places.length;
    while (capacity <= client) capacity *= 2;
    const places = new Uint16Array(capacity);
    places.set(this.#places);
    this.#places = places;
  }
}
