/**
 * Who waits for whom: commands run beside each other, but what changes the whole lab runs alone. Everything that comes while
 * it waits or runs has its turn after it.
 */
export class Turns {
  #alone: Promise<unknown> = Promise.resolve();
  readonly #together = new Set<Promise<unknown>>();

  /** Runs `task` beside others, after whatever has to run alone and came before. */
  together<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#alone.then(task);
    const ended = settled(turn);
    this.#together.add(ended);
    void ended.then(() => this.#together.delete(ended));
    return turn;
  }

  /** Runs `task` when everything that came before has ended, and nothing beside it. It must not wait for a turn itself. */
  alone<T>(task: () => Promise<T>): Promise<T> {
    const turn = Promise.all([this.#alone, ...this.#together]).then(task);
    this.#alone = settled(turn);
    return turn;
  }

  /** Answers when nothing runs alone any more. */
  async rest(): Promise<void> {
    await this.#alone;
  }
}

function settled(turn: Promise<unknown>): Promise<unknown> {
  return turn.then(
    () => undefined,
    () => undefined,
  );
}
