import type { Comparison } from '../comparison.ts';
import { KEY_PARAMETER, KeyedStrategy, type Placement } from '../keyed-strategy.ts';
import { MaglevTable } from '../maglev-table.ts';
import type { Candidate, Pool, StrategyDefinition } from '../strategy.ts';
import type { XxHash64 } from '../xxhash64.ts';

/**
 * The table holds all origins. Where a key's origin is not available it hashes again, to a walk of its own through the whole
 * table: the others keep their keys and a fallen origin costs no new table. (Envoy fills one anew, which moves a few more.)
 */
class TableLookup implements Placement {
  readonly isLasting = true;
  readonly #size: number;
  #table: MaglevTable | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  place(key: string, hash: XxHash64, pool: Pool): Candidate | undefined {
    const { origins, places } = this.#tableOf(pool.all, hash);
    const count = places.length;
    let place = hash.update(key).modulo(count);
    const first = origins[places[place] ?? 0];
    if (first && pool.isAvailable(first)) return first;
    const step = hash.update(key, 1).modulo(count - 1) + 1;
    for (let walked = 1; walked < count; walked++) {
      place = (place + step) % count;
      const candidate = origins[places[place] ?? 0];
      if (candidate && pool.isAvailable(candidate)) return candidate;
    }
    return undefined;
  }

  explain(key: string, hash: XxHash64, pool: Pool, into: Comparison): void {
    const { origins, places, shares } = this.#tableOf(pool.all, hash);
    const place = hash.update(key).modulo(places.length);
    for (const [index, candidate] of origins.entries()) {
      into.add(candidate, "the key's place is its own", places[place] === index ? 1 : 0);
      into.add(candidate, 'its share of the table (%)', (shares[index] as number) * 100);
      into.add(candidate, "the key's place", place);
    }
  }

  #tableOf(all: readonly Candidate[], hash: XxHash64): MaglevTable {
    if (this.#table?.origins !== all) this.#table = new MaglevTable(all, this.#size, hash);
    return this.#table;
  }
}

export const maglev: StrategyDefinition = {
  id: 'maglev',
  title: 'Maglev hash',
  rule: 'Origins claim places of a large table in turn; the hash of the key says which place counts.',
  goodWhen: 'Keys must mostly stay where they are and shares be even: more so than on a ring, for less work.',
  failsWhen: 'One key is far more popular than others; and a few more keys than needed move when origins change.',
  knownAs: ['Envoy MAGLEV', 'Google Maglev', 'Katran'],
  parameters: {
    key: KEY_PARAMETER,
    tableSize: {
      kind: 'integer',
      label: 'Places in the table, up to the next prime',
      min: 2,
      max: 655_360,
      default: 65_537,
    },
  },
  followsWeights: () => true,
  create: (spec) => new KeyedStrategy(spec.key, new TableLookup(Number(spec.tableSize))),
};
