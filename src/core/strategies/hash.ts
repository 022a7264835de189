import type { Comparison } from '../comparison.ts';
import { KEY_PARAMETER, KeyedStrategy, type Placement } from '../keyed-strategy.ts';
import type { Candidate, Pool, StrategyDefinition } from '../strategy.ts';
import type { XxHash64 } from '../xxhash64.ts';

/**
 * HAProxy's map-based hash, here with xxHash64: the remainder counts the available origins only, so that one that goes down
 * moves nearly everybody. (nginx keeps the remainder of all and hashes again: see ip-hash.)
 */
class Remainder implements Placement {
  readonly isLasting = false;

  place(key: string, hash: XxHash64, { available }: Pool): Candidate | undefined {
    let rest = hash.update(key).modulo(sumOfWeights(available));
    for (const candidate of available) {
      if (rest < candidate.weight) return candidate;
      rest -= candidate.weight;
    }
    return available.at(-1);
  }

  explain(key: string, hash: XxHash64, { available }: Pool, into: Comparison): void {
    const remainder = hash.update(key).modulo(sumOfWeights(available));
    let from = 0;
    for (const candidate of available) {
      into.add(candidate, 'takes remainders from', from);
      from += candidate.weight;
      into.add(candidate, 'up to, but without', from);
      into.add(candidate, 'remainder', remainder);
    }
  }
}

function sumOfWeights(candidates: readonly Candidate[]): number {
  let sum = 0;
  for (const candidate of candidates) sum += candidate.weight;
  return sum;
}

export const hash: StrategyDefinition = {
  id: 'hash',
  title: 'Hash',
  rule: 'A part of the request that you choose decides, by its hash modulo the number of origins.',
  goodWhen: 'Origins keep something for a user, a tenant or a page, and the set of origins hardly ever changes.',
  failsWhen: 'An origin is added, removed or goes down: nearly every key moves, and every cache starts empty.',
  knownAs: ['HAProxy hash-type map-based', 'HAProxy hdr(name)', 'HAProxy url_param', 'nginx hash'],
  parameters: { key: KEY_PARAMETER },
  create: (spec) => new KeyedStrategy(spec.key, new Remainder()),
};
