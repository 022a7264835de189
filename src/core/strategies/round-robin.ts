import type { Comparison } from '../comparison.ts';
import { equalShares } from '../shares.ts';
import type { Candidate, Pool, RequestInfo, SharedTurns, Strategy, StrategyDefinition } from '../strategy.ts';

/**
 * Remembers where in the lab's order it stopped, not how often it was asked: a counter modulo the number of available
 * origins, as many products have it, jumps whenever that number changes and gives some origins two turns in a row.
 */
class RoundRobin implements Strategy {
  #order: readonly Candidate[] = [];
  /** Index in `#order` of the origin chosen last; -1 before the first choice. */
  #last = -1;

  choose(pool: Pool): Candidate | undefined {
    if (pool.all !== this.#order) this.#moveTo(pool.all);
    const count = pool.all.length;
    let index = this.#last;
    for (let step = 1; step <= count; step++) {
      if (++index >= count) index = 0;
      const candidate = pool.all[index];
      if (candidate !== undefined && pool.isAvailable(candidate) === true) {
        this.#last = index;
        return candidate;
      }
    }
    return undefined;
  }

  takeOver(turns: SharedTurns, all: readonly Candidate[]): void {
    const next = turns.common(0);
    let last = all.length - 1;
    while (last >= 0 && turns.placeOf(all[last] as Candidate) >= next) last--;
    this.#order = all;
    this.#last = last;
  }

  handOver(turns: SharedTurns, all: readonly Candidate[]): void {
    const last = all[this.#last];
    turns.setCommon(0, last === undefined ? 0 : turns.placeOf(last) + 1);
  }

  explain(pool: Pool, _request: RequestInfo, _now: number, into: Comparison): void {
    const { all } = pool;
    const last = positionIn(all, this.#order, this.#last);
    let turns = 0;
    for (let step = 1; step <= all.length; step++) {
      const candidate = all[(last + step) % all.length] as Candidate;
      if (pool.isAvailable(candidate)) into.add(candidate, 'turns to wait', turns++);
    }
  }

  #moveTo(order: readonly Candidate[]): void {
    this.#last = positionIn(order, this.#order, this.#last);
    this.#order = order;
  }
}

/** Where in `order` the turn stands after it stood at `last` in `before`; an origin that left hands it to the one ahead of it. */
function positionIn(order: readonly Candidate[], before: readonly Candidate[], last: number): number {
  if (order === before) return last;
  for (let index = last; index >= 0; index--) {
    const position = order.findIndex((candidate) => candidate.name === before[index]?.name);
    if (position >= 0) return position;
  }
  return -1;
}

export const roundRobin: StrategyDefinition = {
  id: 'round-robin',
  title: 'Round robin',
  rule: 'Each request goes to the next origin in turn, however busy it is.',
  goodWhen: 'The origins are equally fast and the requests cost about the same.',
  failsWhen: 'One origin is slower: it gets as many requests as the others and its queue grows.',
  knownAs: ['HAProxy roundrobin', 'nginx default', 'Envoy ROUND_ROBIN', 'Caddy round_robin'],
  parameters: {},
  create: () => new RoundRobin(),
  expectedShares: equalShares,
};
