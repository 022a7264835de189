/** The strings of one frame; 0 is the empty one. */
export class FrameStrings {
  readonly list: string[] = [''];
  #index = new Map<string, number>([['', 0]]);

  of(text: string): number {
    let index = this.#index.get(text);
    if (index === undefined) {
      index = this.list.length;
      this.list.push(text);
      this.#index.set(text, index);
    }
    return index;
  }
}
