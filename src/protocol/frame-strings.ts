/** The strings of one frame; 0 is the empty one. */
export class FrameStrings {
  readonly list: string[] = [''];
  readonly #index = new Map<string, number>([['', 0]]);
  /** By column: what its last row had, which most rows have, too, and which is found without a look into the map. */
  readonly #texts: string[] = [];
  readonly #places: number[] = [];

  /** @param column any small number; those who write several columns do well to give each its own */
  of(text: string, column = 0): number {
    if (this.#texts[column] === text) return this.#places[column] as number;
    const place = this.#index.get(text) ?? this.#add(text);
    this.#texts[column] = text;
    this.#places[column] = place;
    return place;
  }

  #add(text: string): number {
    const place = this.list.length;
    this.list.push(text);
    this.#index.set(text, place);
    return place;
  }
}
