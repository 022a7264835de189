/** Longest header block (characters) that is remembered: one is kept for every connection. */
const MAX_KEPT = 4096;

/**
 * The last header block of a connection with what was made of it. Keep-alive clients and origins mostly send the same
 * block again and again, and reading the same text gives the same answer: comparing it costs a tenth of reading it.
 */
export class HeadMemo<Head> {
  #text = '';
  #head: Head | undefined;

  /** @param read what makes a head of a block; may throw, then nothing is remembered */
  of(text: string, read: (text: string) => Head): Head {
    if (this.#head !== undefined && text === this.#text) return this.#head;
    const head = read(text);
    if (text.length <= MAX_KEPT) {
      this.#text = text;
      this.#head = head;
    }
    return head;
  }
}
