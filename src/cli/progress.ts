/** ms between two looks of the line. */
const EVERY = 100;

/** A line on a terminal that says how far long work has come; nothing in a pipe. */
export class Progress {
  readonly #shown = process.stderr.isTTY === true;
  readonly #what: string;
  readonly #startedAt = performance.now();
  #drawnAt = 0;

  constructor(what: string) {
    this.#what = what;
  }

  /** @param share 0–1 */
  tell(share: number): void {
    const now = performance.now();
    if (!this.#shown || now - this.#drawnAt < EVERY) return;
    this.#drawnAt = now;
    const elapsed = now - this.#startedAt;
    const left = share > 0.01 && elapsed > 1000 ? `, about ${timeText((elapsed / share) * (1 - share))} left` : '';
    process.stderr.write(`\r\x1b[K${this.#what}: ${Math.floor(share * 100)} %${left}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K');
  }
}

/** `850 ms`, `12 s`, `3 min`, `2 h`. */
export function timeText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}
