import type { Comparison } from '../comparison.ts';
import { addressBytes, NGINX_HASH_START, nginxAddressHash } from '../hashing.ts';
import { SmoothWeights } from '../smooth-weights.ts';
import type { Candidate, Pool, RequestInfo, Strategy, StrategyDefinition } from '../strategy.ts';

/** Times nginx hashes again when the origin it hit is not available, before it gives up and goes round robin. */
const REHASHES = 20;

/** nginx's ip_hash, step by step, so that a client lands on the same origin here and there. */
class IpHash implements Strategy {
  readonly #octets: number;
  readonly #fallback = new SmoothWeights();
  #all: readonly Candidate[] = [];
  #total = 0;

  constructor(octets: number) {
    this.#octets = octets;
  }

  choose(pool: Pool, request: RequestInfo): Candidate | undefined {
    if (pool.all !== this.#all) this.#follow(pool.all);
    const key = this.#key(request.client);
    let hash = NGINX_HASH_START;
    for (let attempt = 0; attempt <= REHASHES; attempt++) {
      hash = nginxAddressHash(key, hash);
      const hit = hitBy(hash, pool.all, this.#total);
      if (hit && pool.isAvailable(hit)) return hit;
    }
    return this.#fallback.pick(pool.available);
  }

  explain(pool: Pool, request: RequestInfo, _now: number, into: Comparison): void {
    const total = sumOfWeights(pool.all);
    const hash = nginxAddressHash(this.#key(request.client), NGINX_HASH_START);
    let from = 0;
    for (const candidate of pool.all) {
      into.add(candidate, 'takes remainders from', from);
      from += candidate.weight;
      into.add(candidate, 'up to, but without', from);
      into.add(candidate, 'hash of the client', hash);
      into.add(candidate, 'remainder', hash % total);
    }
  }

  #follow(all: readonly Candidate[]): void {
    this.#all = all;
    this.#total = sumOfWeights(all);
    this.#fallback.follow(all);
  }

  /** The first octets of IPv4 (a whole /24 network goes one way), all of IPv6, the characters of anything else. */
  #key(client: string): Uint8Array {
    const bytes = addressBytes(client);
    if (bytes === undefined) return Uint8Array.from(client, (character) => character.charCodeAt(0));
    return bytes.length === 4 ? bytes.subarray(0, this.#octets) : bytes;
  }
}

/** Unlike most, nginx counts the origins that are not available too: the others keep their clients when one falls. */
function hitBy(hash: number, all: readonly Candidate[], total: number): Candidate | undefined {
  let rest = hash % total;
  for (const candidate of all) {
    if (rest < candidate.weight) return candidate;
    rest -= candidate.weight;
  }
  return all.at(-1);
}

function sumOfWeights(all: readonly Candidate[]): number {
  return all.reduce((sum, candidate) => sum + candidate.weight, 0);
}

export const ipHash: StrategyDefinition = {
  id: 'ip-hash',
  title: 'IP hash',
  rule: "The client's address decides: the same client always goes to the same origin.",
  goodWhen: 'Origins keep something of their clients, such as a cache or a session.',
  failsWhen: 'Many clients share one address or network, or the number of origins changes: most clients move.',
  knownAs: ['nginx ip_hash', 'HAProxy source', 'Caddy ip_hash', 'Envoy source_ip'],
  parameters: {
    octets: { kind: 'integer', label: 'Octets of an IPv4 address that count', min: 3, max: 4, default: 3 },
  },
  create: (spec) => new IpHash(Number(spec.octets)),
};
