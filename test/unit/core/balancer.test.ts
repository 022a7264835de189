import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Balancer, type OriginView } from '../../../src/core/balancer.ts';
import { createRng } from '../../../src/core/rng.ts';
import { STRATEGIES } from '../../../src/core/strategies/registry.ts';
import { attempt, explained, lab, letter, policies, request, runChecks } from './support.ts';

const choices = (balancer: Balancer, times: number, now = 0): string =>
  Array.from({ length: times }, () => balancer.choose(request(), now)?.origin.name ?? '-').join('');

describe('choosing', () => {
  it('has no origin for a request while there is none', () => {
    expect(lab([]).balancer.choose(request(), 0)).toBeUndefined();
  });

  it('says whether the strategy chose, there was only one, or it is another try', () => {
    const { balancer } = lab([1, 1]);
    expect(balancer.choose(request(), 0)).toMatchObject({ origin: { name: 'A' }, reason: 'strategy' });
    expect(balancer.choose(request(), 0, new Set())?.reason).toBe('strategy');
    expect(balancer.choose(request(), 0, new Set(['A']))).toMatchObject({ origin: { name: 'B' }, reason: 'retry' });
    balancer.drain('A', 0);
    expect(balancer.choose(request(), 0)).toMatchObject({ origin: { name: 'B' }, reason: 'only-one' });
  });

  it('tries another origin first, and one that was tried when there is no other', () => {
    for (const { id } of STRATEGIES) {
      const { balancer } = lab([1, 1, 1], { strategy: { use: id } });
      expect(balancer.choose(request(), 0, new Set(['A', 'C']))?.origin.name, id).toBe('B');
      expect(balancer.choose(request(), 0, new Set(['A', 'B', 'C'])), id).toBeDefined();
      balancer.drain('B', 0);
      expect(['A', 'C'], id).toContain(balancer.choose(request(), 0, new Set(['A', 'C']))?.origin.name);
    }
  });

  it('falls back to tried origins of the group when the untried ones may not serve the path', () => {
    const rules = [{ prefix: '/', origins: ['A'] }];
    const { balancer } = lab([1, 1], { strategy: { use: 'path-rules', rules } });
    expect(balancer.choose(request(), 0, new Set(['A']))?.origin.name).toBe('A');
  });

  it('keeps its arrays and views the same objects while nothing changes', () => {
    const { balancer } = lab([1, 1]);
    const before = balancer.origins;
    const view = balancer.origin('A');
    attempt(balancer, 'A', undefined, 0);
    expect(balancer.origins).toBe(before);
    expect(balancer.choose(request(), 0)?.origin).toBe(view);
  });
});

describe('changing a running lab', () => {
  it('takes a new strategy on the next choice and keeps requests in flight and health', () => {
    const { balancer } = lab([1, 1, 1]);
    balancer.started(balancer.origin('A') as OriginView, 0);
    balancer.drain('B', 0);
    balancer.setStrategy({ use: 'least-connections' }, 0);
    expect(balancer.strategy).toEqual({ use: 'least-connections', as: 'nginx' });
    expect(choices(balancer, 3)).toBe('CCC');
    expect(balancer.origin('A')?.inFlight).toBe(1);
  });

  it('keeps the strategy it has when the new one is wrong', () => {
    const { balancer } = lab([1, 1]);
    expect(() => balancer.setStrategy({ use: 'ip-hash', octets: 9 }, 0)).toThrow('from 3 to 4');
    expect(balancer.strategy.use).toBe('round-robin');
    expect(choices(balancer, 3)).toBe('ABA');
  });

  it('uses a new weight on the next choice', () => {
    const { balancer } = lab([1, 1], { strategy: { use: 'weighted-round-robin' } });
    choices(balancer, 2);
    balancer.setWeight('A', 3, 0);
    expect(choices(balancer, 8)).toBe('AABAAABA');
    expect(balancer.insight.expectedShares()).toEqual(
      new Map([
        ['A', 0.75],
        ['B', 0.25],
      ]),
    );
  });

  it('goes on in turn when origins are added and removed', () => {
    const { balancer } = lab([1, 1]);
    expect(choices(balancer, 1)).toBe('A');
    balancer.add({ name: 'C', address: 'C:80', weight: 1 }, 0);
    expect(choices(balancer, 3)).toBe('BCA');
    balancer.remove('A', 0);
    expect(choices(balancer, 3)).toBe('BCB');
  });

  it('lets requests in flight at a removed origin finish, even when its name is used again', () => {
    const { balancer } = lab([1]);
    const old = balancer.origin('A') as OriginView;
    balancer.started(old, 0);
    balancer.remove('A', 0);
    const again = balancer.add({ name: 'A', address: 'A:81', weight: 1 }, 0);
    balancer.started(again, 0);
    for (let i = 0; i < 9; i++) balancer.finished(old, { failure: 'reset', duration: 1 }, 1);
    expect([old.inFlight, again.inFlight]).toEqual([0, 1]);
    expect(again.status).toBe('up');
  });

  it('reports nothing more of a removed origin', () => {
    const { balancer, transitions } = lab([1]);
    const removed = balancer.origin('A') as OriginView;
    for (let i = 0; i < 9; i++) balancer.started(removed, 0);
    balancer.drain('A', 1);
    balancer.remove('A', 2);
    for (let i = 0; i < 9; i++) balancer.finished(removed, { failure: 'reset', duration: 1 }, 3);
    balancer.started(removed, 4);
    expect(transitions.map(({ to }) => to)).toEqual(['draining']);
  });

  it('refuses what makes no sense with a sentence that says so', () => {
    const { balancer } = lab([1, 1]);
    expect(() => balancer.add({ name: 'A', address: 'x:1', weight: 1 }, 0)).toThrow('already an origin called "A"');
    expect(() => balancer.add({ name: 'D', address: 'x:1', weight: 0 }, 0)).toThrow('must be a number above 0, not 0');
    expect(() => balancer.setWeight('B', Number.NaN, 0)).toThrow('must be a number above 0');
    expect(() => balancer.drain('a', 0)).toThrow('There is no origin called "a". Did you mean "A"?');
    expect(() => balancer.remove('Z9', 0)).toThrow('There is no origin called "Z9".');
    expect(balancer.origins.map(({ name }) => name)).toEqual(['A', 'B']);
  });
});

describe('requests in flight', () => {
  it('are never below zero, and drained means none, whatever is called in which order', () => {
    const call = fc.record({
      origin: fc.nat(2),
      action: fc.constantFrom('start', 'finish', 'fail', 'drain', 'resume'),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 80 }), (calls) => {
        const { balancer } = lab([1, 1, 1]);
        const expected = [0, 0, 0];
        calls.forEach(({ origin, action }, now) => {
          const view = balancer.origins[origin] as OriginView;
          const count = expected[origin] ?? 0;
          if (action === 'start') {
            balancer.started(view, now);
            expected[origin] = count + 1;
          } else if (action === 'drain' || action === 'resume') balancer[action](view.name, now);
          else {
            balancer.finished(view, action === 'fail' ? { failure: 'reset', duration: 1 } : { duration: 1 }, now);
            expected[origin] = Math.max(0, count - 1);
          }
          expect(balancer.origins.map(({ inFlight }) => inFlight)).toEqual(expected);
          for (const { status, inFlight } of balancer.origins) if (status === 'drained') expect(inFlight).toBe(0);
        });
      }),
    );
  });
});

describe('draining', () => {
  it('sends nothing new, lets what is in flight finish, and is drained then', () => {
    const { balancer, transitions } = lab([1, 1]);
    const a = balancer.origin('A') as OriginView;
    balancer.started(a, 0);
    balancer.started(a, 0);
    balancer.drain('A', 10);
    expect(choices(balancer, 3)).toBe('BBB');
    balancer.finished(a, { duration: 5 }, 20);
    expect(a).toMatchObject({ status: 'draining', available: false });
    balancer.finished(a, { duration: 5 }, 30);
    expect(a).toMatchObject({ status: 'drained', available: false, since: 30 });
    balancer.resume('A', 40);
    expect(choices(balancer, 2)).toBe('AB');
    expect(transitions.map(({ at, from, to }) => `${at} ${from} ${to}`)).toEqual([
      '10 up draining',
      '30 draining drained',
      '40 drained up',
    ]);
  });

  it('is drained at once when nothing is in flight, and leaves no origin when all drain', () => {
    const { balancer } = lab([1]);
    balancer.drain('A', 0);
    expect(balancer.origin('A')?.status).toBe('drained');
    expect(balancer.choose(request(), 0)).toBeUndefined();
  });

  it('goes back to what the checks say when it ends', () => {
    const { balancer } = lab([1, 1]);
    balancer.drain('A', 0);
    runChecks(balancer, 0, 10_000, (name) => name === 'B');
    expect(balancer.origin('A')?.status).toBe('drained');
    balancer.resume('A', 10_000);
    expect(balancer.origin('A')).toMatchObject({ status: 'down', reason: 'check failed: connection refused' });
  });
});

describe('explaining and expecting', () => {
  it('lists every origin in order, with figures for those that are compared', () => {
    const { balancer } = lab([1, 1, 1], { strategy: { use: 'least-connections' } });
    balancer.drain('B', 0);
    balancer.started(balancer.origin('C') as OriginView, 0);
    const all = explained(balancer);
    expect(all.map(({ origin, available, figures }) => [origin, available, figures[0]?.value])).toEqual([
      ['A', true, 0],
      ['B', false, undefined],
      ['C', true, 1],
    ]);
  });

  it('has figures for no one when no origin is available', () => {
    for (const { id } of STRATEGIES) {
      const { balancer } = lab([1], { strategy: { use: id } });
      balancer.drain('A', 0);
      expect(explained(balancer)).toEqual([{ origin: 'A', available: false, status: 'drained', figures: [] }]);
      expect(balancer.insight.expectedShares()).toBeUndefined();
    }
  });

  it('expects nothing of origins that are not available, and nothing at all where theory gives nothing', () => {
    const { balancer } = lab([1, 1, 1]);
    balancer.drain('A', 0);
    expect(balancer.insight.expectedShares()).toEqual(
      new Map([
        ['A', 0],
        ['B', 0.5],
        ['C', 0.5],
      ]),
    );
    balancer.setStrategy({ use: 'ip-hash' }, 0);
    expect(balancer.insight.expectedShares()).toBeUndefined();
    balancer.setStrategy({ use: 'least-connections' }, 0);
    expect(balancer.insight.expectedShares()).toBeUndefined();
  });
});

describe('load reports', () => {
  it('reach the strategy, and nonsense is ignored', () => {
    const { balancer } = lab([1, 1], { strategy: { use: 'least-load' } });
    balancer.reportLoad('A', 0.9, 5);
    balancer.reportLoad('B', 0.1, 5);
    for (const nonsense of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      balancer.reportLoad('B', nonsense, 6);
      balancer.reportLoad('B', 0.5, 6, { rate: nonsense });
      balancer.reportLoad('B', 0.5, 6, { errorRate: nonsense });
    }
    balancer.reportLoad('nobody', 0, 6);
    expect(balancer.origin('B')?.load).toEqual({ value: 0.1, at: 5 });
    expect(choices(balancer, 3, 10)).toBe('BBB');
  });
});

describe.each(STRATEGIES.map(({ id }) => id))('a lab with %s', (id) => {
  it('never sends to an unavailable origin, and has none only when none is available', () => {
    const event = fc.record({
      kind: fc.constantFrom('ok', 'ok', 'fail', 'check', 'drain', 'resume', 'add', 'remove', 'weight', 'strategy'),
      pick: fc.nat(9),
      pass: fc.boolean(),
      later: fc.integer({ min: -5000, max: 15_000 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.integer(), (events, seed) => {
        const balancer = new Balancer({
          strategy: { use: id },
          policies: policies({ passive: { failures: 2, base: 3000, maxShare: 0.5 } }),
          rng: createRng(seed),
        });
        let now = 0;
        let names = 0;
        for (let i = 0; i < 3; i++) balancer.add({ name: letter(names++), address: 'x', weight: 1 }, now);
        for (const { kind, pick, pass, later } of events) {
          now += later;
          balancer.advance(now);
          const name = balancer.origins[pick % Math.max(1, balancer.origins.length)]?.name;
          if (kind === 'add') balancer.add({ name: letter(names++), address: 'x', weight: pick + 1 }, now);
          else if (kind === 'strategy') balancer.setStrategy({ use: id }, now);
          else if (name === undefined) continue;
          else if (kind === 'check') balancer.checkResult(name, { ok: pass, reason: 'x' }, now);
          else if (kind === 'drain' || kind === 'resume' || kind === 'remove') balancer[kind](name, now);
          else if (kind === 'weight') balancer.setWeight(name, pick + 1, now);
          const some = balancer.origins.some(({ available }) => available);
          const decision = balancer.choose(request({ client: `10.${pick}.0.1` }), now, new Set(pass ? [] : ['A', 'B']));
          expect(decision !== undefined).toBe(some);
          if (decision === undefined) continue;
          expect(decision.origin.available).toBe(true);
          expect(balancer.origins).toContain(decision.origin);
          balancer.started(decision.origin, now);
          balancer.finished(
            decision.origin,
            kind === 'fail' ? { failure: 'reset', duration: 1 } : { duration: 1 },
            now,
          );
          expect(Number.isNaN(balancer.nextEventAt(now))).toBe(false);
        }
      }),
    );
  });
});

it('replays a whole lab from its seed', () => {
  const run = () => {
    const { balancer, transitions } = lab([1, 2, 3], { strategy: { use: 'weighted-random' }, rng: createRng(42) });
    let chosen = '';
    for (let now = 0; now < 60_000; now += 100) {
      balancer.advance(now);
      for (const { name } of balancer.checksDue(now))
        balancer.checkResult(name, { ok: now % 7000 < 4000, reason: 'x' }, now);
      chosen += choices(balancer, 1, now);
    }
    return { chosen, transitions };
  };
  expect(run()).toEqual(run());
  expect(run().transitions.length).toBeGreaterThan(3);
});
