/** The paths that requests ask for in turn. Those of earlier traffic are kept: requests under way may still ask for them. */
export class ClientPaths {
  readonly #all: string[] = [];
  #first = 0;
  #next = 0;

  constructor(paths: readonly string[]) {
    this.set(paths);
  }

  /** Number of the path that the next request asks for. */
  take(): number {
    const taken = this.#next;
    const next = taken + 1;
    this.#next = next < this.#all.length ? next : this.#first;
    return taken;
  }

  /** The path of a number that was taken. */
  path(number: number): string {
    return this.#all[number] as string;
  }

  /** From now on these are asked for. */
  set(paths: readonly string[]): void {
    const current = this.#all.slice(this.#first);
    if (paths.length === current.length && paths.every((path, index) => path === current[index])) return;
    this.#first = this.#all.length;
    this.#next = this.#first;
    this.#all.push(...paths);
  }
}
