import { describe, expect, it } from 'vitest';
import type { OriginView } from '../../../src/core/balancer.ts';
import { createRng } from '../../../src/core/rng.ts';
import { STRATEGIES } from '../../../src/core/strategies/registry.ts';
import { lab, letter, request } from './support.ts';

const SHADOWED = STRATEGIES.map(({ id }) => id).filter((id) => id !== 'path-rules');

describe('what others would have chosen', () => {
  it('has an answer of every other strategy, in the order of the list', () => {
    const { balancer } = lab([1, 1, 1], { strategy: { use: 'random' } });
    const others = balancer.insight.whatIf(request(), 0).list;
    expect(others.map(({ strategy }) => strategy)).toEqual(SHADOWED.filter((id) => id !== 'random'));
    for (const { origin } of others) expect(['A', 'B', 'C']).toContain(origin);
  });

  it.each(STRATEGIES.map(({ id }) => id))('changes nothing for %s in use, asked or not', (use) => {
    const run = (asked: boolean): string => {
      const { balancer } = lab([3, 2, 1, 1], { strategy: { use }, rng: createRng(7) });
      let chosen = '';
      for (let index = 0; index < 200; index++) {
        const info = request({ client: `10.0.${index % 17}.1`, path: `/${index % 5}` });
        if (asked) balancer.insight.whatIf(info, index * 10);
        const origin = balancer.choose(info, index * 10)?.origin as OriginView;
        balancer.started(origin, index * 10);
        if (index % 3 > 0) balancer.finished(origin, { duration: 5 + (index % 7) }, index * 10 + 5);
        chosen += origin.name;
      }
      return chosen;
    };
    expect(run(true)).toBe(run(false));
  });

  it('sees the lab as it is: its requests in flight, its times, its available origins', () => {
    const { balancer } = lab([1, 1, 1], { strategy: { use: 'random' } });
    const [a, b] = ['A', 'B'].map((name) => balancer.origin(name) as OriginView) as [OriginView, OriginView];
    const by = (now: number) =>
      new Map(balancer.insight.whatIf(request(), now).list.map((one) => [one.strategy, one.origin]));
    by(0);
    for (const origin of [a, b]) balancer.started(origin, 0);
    expect(by(0).get('least-connections')).toBe('C');
    balancer.drain('C', 0);
    for (const origin of by(0).values()) expect(origin).not.toBe('C');
    balancer.finished(a, { duration: 400 }, 400);
    balancer.finished(b, { duration: 40 }, 400);
    expect(by(400).get('least-time')).toBe('B');
    expect(by(400).get('peak-ewma')).toBe('B');
  });

  it('answers about the moment it was asked, whatever came after', () => {
    const { balancer } = lab([1, 1, 1], { strategy: { use: 'random' } });
    const [a, b, c] = ['A', 'B', 'C'].map((name) => balancer.origin(name) as OriginView) as OriginView[];
    const start = (...origins: (OriginView | undefined)[]) => {
      for (const origin of origins) if (origin) balancer.started(origin, 0);
    };
    start(a, b);
    const asked = balancer.insight.whatIf(request(), 0);
    start(c, c, c);
    balancer.drain('C', 0);
    if (a) balancer.finished(a, { duration: 5 }, 5);
    const of = (id: string) => asked.list.find(({ strategy }) => strategy === id)?.origin;
    expect([of('least-connections'), of('least-load')]).toEqual(['C', 'C']);
    // The shadows have answered by then, and know of what began meanwhile: they take note of its end.
    const later = balancer.insight.whatIf(request(), 5);
    expect(later.list.map(({ origin }) => origin)).not.toContain('C');
    expect(later.list.find(({ strategy }) => strategy === 'least-connections')?.origin).toBe('A');
  });

  it("takes turns of its own: a shadow's next is that after the request it was asked about last", () => {
    const { balancer } = lab([1, 1, 1], { strategy: { use: 'ip-hash' } });
    const turn = () =>
      balancer.insight.whatIf(request(), 0).list.find(({ strategy }) => strategy === 'round-robin')?.origin;
    for (let index = 0; index < 4; index++) balancer.choose(request(), 0);
    expect([turn(), turn(), turn(), turn()]).toEqual(['A', 'B', 'C', 'A']);
  });

  it('follows origins that come and go, and says nothing when there is none', () => {
    const { balancer } = lab([1], { strategy: { use: 'random' } });
    for (let index = 1; index < 6; index++) {
      balancer.add({ name: letter(index), address: `${letter(index)}:80`, weight: 1 }, 0);
      balancer.insight.whatIf(request(), 0);
      balancer.remove(letter(index - 1), 0);
      for (const { origin } of balancer.insight.whatIf(request(), 0).list) expect(origin).toBe(letter(index));
    }
    balancer.drain('F', 0);
    expect(balancer.insight.whatIf(request(), 0).list).toEqual([]);
  });
});
