import type { Retries } from './retry.ts';

/** The tries of one request after its first, and where the ones before them failed. */
export class Tries {
  readonly #retries: Retries;
  readonly #failedAt = new Set<string>();
  /** Whether one is to come or under way, which counts in the budget. */
  #counts = false;

  constructor(retries: Retries) {
    this.#retries = retries;
  }

  /** Names of the origins that failed the request. */
  get failedAt(): ReadonlySet<string> {
    return this.#failedAt;
  }

  /**
   * There will be another try.
   * @param origin name of the one that has just failed
   * @param attempts tries of the request so far, its first included
   * @returns ms until then
   */
  again(origin: string, attempts: number): number {
    this.#failedAt.add(origin);
    this.#counts = true;
    this.#retries.retryStarted();
    return this.#retries.delay(attempts);
  }

  /** The try is over, or will not be after all. Nothing happens where there was none. */
  over(): void {
    if (!this.#counts) return;
    this.#counts = false;
    this.#retries.retryFinished();
  }
}
