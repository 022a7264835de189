import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICIES } from '../../../src/core/policies.ts';
import { STRATEGIES } from '../../../src/core/strategies/registry.ts';
import { explained, lab, request } from './support.ts';

const EVERY_SECOND = { ...DEFAULT_POLICIES, loadInfo: { every: 1000 } };

describe('stale loads', () => {
  it('make least connections see what was in flight at the last refresh', () => {
    const { balancer } = lab([1, 1], { strategy: { use: 'least-connections' }, policies: EVERY_SECOND });
    const send = (now: number): string => {
      const decision = balancer.choose(request(), now);
      if (!decision) throw new Error('nobody');
      balancer.started(decision.origin, now);
      return decision.origin.name;
    };
    // Nothing was in flight when it last looked, so they take turns.
    expect([1, 2, 3].map(send)).toEqual(['A', 'B', 'A']);
    expect(balancer.nextEventAt(500)).toBeLessThanOrEqual(1000);
    // A has 2 and B 1: from here on all go to B, however many it has.
    expect([1000, 1200, 1400, 1600].map(send)).toEqual(['B', 'B', 'B', 'B']);
    expect([2000, 2001].map(send)).toEqual(['A', 'A']);
  });

  it('are switched on and off while the lab runs', () => {
    const { balancer } = lab([1, 1], { strategy: { use: 'least-connections' } });
    const [a] = balancer.origins;
    if (!a) throw new Error('no A');
    balancer.setPolicies(EVERY_SECOND, 0);
    balancer.started(a, 1);
    expect(explained(balancer, request(), 2).map(({ figures }) => figures[0]?.value)).toEqual([0, 0]);
    balancer.setPolicies(DEFAULT_POLICIES, 3);
    expect(explained(balancer, request(), 3).map(({ figures }) => figures[0]?.value)).toEqual([1, 0]);
  });

  it.each(STRATEGIES.map(({ id }) => id))('let %s choose among the available ones only', (use) => {
    const { balancer } = lab([1, 1, 1], { strategy: { use }, policies: EVERY_SECOND });
    balancer.drain('B', 0);
    for (let now = 0; now < 5000; now += 100) {
      const decision = balancer.choose(request({ client: `10.0.${now % 7}.1` }), now, new Set(['A']));
      expect(decision?.origin.name).toBe('C');
      const other = balancer.choose(request({ client: `10.0.${now % 7}.1` }), now);
      if (!other) throw new Error('nobody');
      expect(other.origin.name).not.toBe('B');
      balancer.started(other.origin, now);
      balancer.finished(other.origin, { duration: 10 }, now + 10);
    }
  });
});
