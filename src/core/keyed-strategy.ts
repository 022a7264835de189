import { type KeyReader, keyReader } from './request-key.ts';
import { SmoothWeights } from './smooth-weights.ts';
import type { Candidate, Figure, Parameter, Pool, RequestInfo, Strategy } from './strategy.ts';
import { XxHash64 } from './xxhash64.ts';

/** How one way of hashing finds the origin of a key. */
export interface Placement {
  /** @returns undefined when it finds no available origin, which may be */
  place(key: string, hash: XxHash64, pool: Pool): Candidate | undefined;
  explain(key: string, hash: XxHash64, pool: Pool): ReadonlyMap<Candidate, Figure[]>;
}

export const KEY_PARAMETER: Parameter = {
  kind: 'key',
  label: 'What of a request decides',
  default: 'client-ip',
};

/**
 * What all strategies have in common that let a part of the request decide. A request that does not have that part goes round
 * in turn, by weight, as in HAProxy.
 */
export class KeyedStrategy implements Strategy {
  readonly #read: KeyReader;
  readonly #placement: Placement;
  readonly #hash = new XxHash64();
  readonly #turns = new SmoothWeights();

  /** @param key valid as a `key` parameter */
  constructor(key: unknown, placement: Placement) {
    this.#read = keyReader(String(key)) ?? (() => undefined);
    this.#placement = placement;
  }

  choose(pool: Pool, request: RequestInfo): Candidate | undefined {
    this.#turns.follow(pool.all);
    const key = this.#read(request);
    const placed = key === undefined ? undefined : this.#placement.place(key, this.#hash, pool);
    return placed ?? this.#turns.pick(pool.available);
  }

  explain(pool: Pool, request: RequestInfo) {
    const key = this.#read(request);
    if (key !== undefined) return this.#placement.explain(key, this.#hash, pool);
    return new Map(
      pool.available.map((candidate) => [
        candidate,
        [{ label: 'no key; current weight', value: this.#turns.outlook(candidate).current }],
      ]),
    );
  }
}
