/** Strings as numbers, so that a row of the log is a few bytes. */
export class StringTable {
  #ids = new Map<string, number>();
  #strings: string[] = [];

  get size(): number {
    return this.#strings.length;
  }

  id(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#strings.length;
      this.#ids.set(text, id);
      this.#strings.push(text);
    }
    return id;
  }

  text(id: number): string {
    return this.#strings[id] ?? '';
  }
}
