/** How an origin is recognised: a letter, a colour and the shape of its badge, so that no one of them has to be seen. */
export interface Identity {
  /** One or two characters. */
  readonly letter: string;
  /** Index of `--id-N` and `--id-N-ink`. */
  readonly colour: number;
  /** Index into SHAPES. */
  readonly shape: number;
}

export const COLOURS = 7;

/** Outlines on a 36 × 36 grid. */
export const SHAPES: readonly string[] = [
  'M10 1h16a9 9 0 0 1 9 9v16a9 9 0 0 1-9 9H10a9 9 0 0 1-9-9V10a9 9 0 0 1 9-9z',
  'M18 .5a17.5 17.5 0 1 1 0 35 17.5 17.5 0 1 1 0-35z',
  'M16 1.2a4 4 0 0 1 4 0l12.2 7a4 4 0 0 1 2 3.5v12.6a4 4 0 0 1-2 3.5L20 34.8a4 4 0 0 1-4 0l-12.2-7a4 4 0 0 1-2-3.5V11.7a4 4 0 0 1 2-3.5z',
  'M15.2 1.2a4 4 0 0 1 5.6 0l14 14a4 4 0 0 1 0 5.6l-14 14a4 4 0 0 1-5.6 0l-14-14a4 4 0 0 1 0-5.6z',
  'M4 1h28a3 3 0 0 1 3 3v17c0 7-8 12-17 14.5C9 33 1 28 1 21V4a3 3 0 0 1 3-3z',
  'M11.5 1h13L35 11.5v13L24.5 35h-13L1 24.5v-13z',
  'M18 1 35 12.5 29 35H7L1 12.5z',
];

/** Single letters have their place in the alphabet, so that A always looks like A; others get the first free place. */
export class Identities {
  #places = new Map<string, number>();

  /** Identities of `names`, stable for as long as this object lives, whatever is added or removed. */
  of(names: readonly string[]): ReadonlyMap<string, Identity> {
    for (const name of names) if (!this.#places.has(name) && letterPlace(name) !== undefined) this.#take(name);
    for (const name of names) if (!this.#places.has(name)) this.#take(name);
    return new Map(names.map((name) => [name, identity(name, this.#places.get(name) ?? 0)]));
  }

  #take(name: string): void {
    const own = letterPlace(name);
    const taken = new Set(this.#places.values());
    let place = own ?? 0;
    while (own === undefined && taken.has(place)) place++;
    this.#places.set(name, place);
  }
}

function letterPlace(name: string): number | undefined {
  return /^[A-Z]$/.test(name) ? name.charCodeAt(0) - 65 : undefined;
}

function identity(name: string, place: number): Identity {
  return {
    letter: name.length <= 2 ? name : name.slice(0, 1).toUpperCase(),
    colour: place % COLOURS,
    // One step further each time the colours begin again, so that the pair differs for 49 origins.
    shape: (place + Math.floor(place / COLOURS)) % SHAPES.length,
  };
}
