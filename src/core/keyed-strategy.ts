import type { Comparison } from './comparison.ts';
import { PlacesByClient } from './places-by-client.ts';
import { type KeyReader, keyReader } from './request-key.ts';
import { SmoothWeights } from './smooth-weights.ts';
import type { Candidate, Parameter, Pool, RequestInfo, Strategy } from './strategy.ts';
import { XxHash64 } from './xxhash64.ts';

/** How one way of hashing finds the origin of a key. */
export interface Placement {
  /** Whether the origin that a key has while all are available is the key's as long as that one is: loads don't matter, nor others. */
  readonly isLasting: boolean;
  /** @returns undefined when it finds no available origin, which may be */
  place(key: string, hash: XxHash64, pool: Pool): Candidate | undefined;
  explain(key: string, hash: XxHash64, pool: Pool, into: Comparison): void;
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
  /** Only where the client is the key, and its place a lasting one. */
  readonly #places: PlacesByClient | undefined;

  /** @param key valid as a `key` parameter */
  constructor(key: unknown, placement: Placement) {
    this.#read = keyReader(String(key)) ?? (() => undefined);
    this.#placement = placement;
    this.#places = key === 'client-ip' && placement.isLasting ? new PlacesByClient() : undefined;
  }

  choose(pool: Pool, request: RequestInfo): Candidate | undefined {
    this.#turns.follow(pool.all);
    const places = this.#places;
    const client = places === undefined ? undefined : request.clientNumber;
    if (places === undefined || client === undefined) return this.#place(pool, request);
    places.follow(pool.all);
    const known = places.of(client);
    if (known !== undefined && pool.isAvailable(known) === true) return known;
    const placed = this.#placed(pool, request);
    if (placed !== undefined && pool.available.length === pool.all.length) places.keep(client, placed);
    return placed ?? this.#turns.pick(pool.available);
  }

  #place(pool: Pool, request: RequestInfo): Candidate | undefined {
    return this.#placed(pool, request) ?? this.#turns.pick(pool.available);
  }

  /** Undefined without a key, and where none of the key's origins is available. */
  #placed(pool: Pool, request: RequestInfo): Candidate | undefined {
    const key = this.#read(request);
    return key === undefined ? undefined : this.#placement.place(key, this.#hash, pool);
  }

  explain(pool: Pool, request: RequestInfo, _now: number, into: Comparison): void {
    const key = this.#read(request);
    if (key !== undefined) {
      this.#placement.explain(key, this.#hash, pool, into);
      return;
    }
    for (const candidate of pool.available) {
      into.add(candidate, 'no key; current weight', this.#turns.outlook(candidate).current);
    }
  }
}
