import type { Candidate } from './strategy.ts';

/**
 * What a strategy remembers of each origin. By name, so that one that was not available for a while goes on where it
 * stood; those that leave the lab are forgotten.
 */
export class OriginMemory<State> {
  readonly #states = new Map<string, State>();
  readonly #create: () => State;
  #all: readonly Candidate[] = [];

  /** @param create the state of an origin that was not met before */
  constructor(create: () => State) {
    this.#create = create;
  }

  of(origin: Candidate): State {
    let state = this.#states.get(origin.name);
    if (state === undefined) {
      state = this.#create();
      this.#states.set(origin.name, state);
    }
    return state;
  }

  /** The same for looking only: nothing is kept for an origin that was not met before. */
  peek(origin: Candidate): State {
    return this.#states.get(origin.name) ?? this.#create();
  }

  /** Forgets origins that are not in `all`; costs nothing while it is the same array. */
  follow(all: readonly Candidate[]): void {
    if (all === this.#all) return;
    this.#all = all;
    const names = new Set(all.map(({ name }) => name));
    for (const name of this.#states.keys()) if (!names.has(name)) this.#states.delete(name);
  }
}
