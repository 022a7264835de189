import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OriginView } from '../../../src/core/balancer.ts';
import type { Policies } from '../../../src/core/policies.ts';
import { STRATEGIES } from '../../../src/core/strategies/registry.ts';
import { explained, lab, policies, request } from './support.ts';
import { VirtualLab } from './virtual-lab.ts';

const limited = (limits: Partial<Policies['limits']>, more: Parameters<typeof policies>[0] = {}) =>
  policies({ active: 'off', passive: 'off', ...more, limits });

/** A lab whose every attempt takes 10 ms, unless told otherwise. */
function virtual(
  origins: number,
  limits: Partial<Policies['limits']>,
  {
    strategy = 'round-robin',
    ms = 10,
    ...more
  }: { strategy?: string; ms?: number } & Parameters<typeof policies>[0] = {},
) {
  const { balancer } = lab(Array(origins).fill(1), { strategy: { use: strategy }, policies: limited(limits, more) });
  return new VirtualLab(balancer, () => ({ ms }));
}

const ended = ({ outcomes }: VirtualLab): string => outcomes.map(({ id, end, at }) => `${id} ${end} ${at}`).join(', ');

describe('a full origin', () => {
  it.each(STRATEGIES.map(({ id }) => id))('is not chosen by %s, and is again when it has room', (use) => {
    const { balancer } = lab([1, 1], { strategy: { use }, policies: limited({ maxInFlight: 1 }) });
    const first = balancer.choose(request(), 0)?.origin as OriginView;
    balancer.started(first, 0);
    expect(first).toMatchObject({ full: true, available: false, inRotation: true, status: 'up' });
    const other = balancer.choose(request(), 0)?.origin as OriginView;
    expect(other.name).not.toBe(first.name);
    balancer.started(other, 0);
    expect(balancer.choose(request(), 0)).toBeUndefined();
    balancer.finished(first, { duration: 1 }, 1);
    expect(balancer.choose(request(), 1)?.origin).toBe(first);
  });

  it('still answers for its failures', () => {
    const { balancer } = lab([1], { policies: limited({ maxInFlight: 1 }, { passive: { failures: 2 } }) });
    const a = balancer.origin('A') as OriginView;
    for (const now of [1, 2]) {
      balancer.started(a, now);
      balancer.finished(a, { failure: 'reset', duration: 0 }, now);
    }
    expect(a.status).toBe('ejected');
  });

  it('takes as many as before when its limit falls, but no more', () => {
    const { balancer } = lab([1], { policies: limited({ maxInFlight: 3 }) });
    const a = balancer.origin('A') as OriginView;
    balancer.started(a, 0);
    balancer.started(a, 0);
    balancer.setPolicies(limited({ maxInFlight: 1 }), 0);
    balancer.finished(a, { duration: 1 }, 1);
    expect([a.inFlight, a.available]).toEqual([1, false]);
    balancer.setPolicies(limited({ maxInFlight: 'unlimited' }), 1);
    expect(a.available).toBe(true);
  });
});

describe('the queue', () => {
  it('serves who came first, wherever there is room first', () => {
    const virtualLab = virtual(2, { maxInFlight: 1 });
    for (const at of [0, 1, 2, 3, 4]) virtualLab.arrive(at);
    virtualLab.run(100);
    expect(ended(virtualLab)).toBe('1 ok 10, 2 ok 11, 3 ok 20, 4 ok 21, 5 ok 30');
  });

  it('turns away whom it has no place for', () => {
    const virtualLab = virtual(1, { maxInFlight: 1, queue: 1 });
    for (const at of [0, 1, 2]) virtualLab.arrive(at);
    virtualLab.run(100);
    expect(ended(virtualLab)).toBe('3 queue-full 2, 1 ok 10, 2 ok 20');
    const none = virtual(1, { maxInFlight: 1, queue: 0 });
    for (const at of [0, 1]) none.arrive(at);
    none.run(100);
    expect(none.tally()).toEqual({ ok: 1, 'queue-full': 1 });
  });

  it('lets no one wait longer than its timeout', () => {
    const virtualLab = virtual(1, { maxInFlight: 1, queueTimeout: 15 });
    for (const at of [0, 1, 2]) virtualLab.arrive(at);
    virtualLab.run(100);
    expect(ended(virtualLab)).toBe('1 ok 10, 3 queue-timeout 17, 2 ok 20');
  });

  it('forgets who left', () => {
    const { balancer } = lab([1], { policies: limited({ maxInFlight: 1 }) });
    const a = balancer.origin('A') as OriginView;
    balancer.started(a, 0);
    const told: string[] = [];
    const waiter = (name: string) => ({
      request: request(),
      own: undefined,
      turn: () => {
        told.push(name);
      },
      refused: (why: string) => {
        told.push(`${name} ${why}`);
      },
    });
    const [first, second] = [waiter('first'), waiter('second')];
    expect([balancer.wait(first, 0), balancer.wait(second, 0), balancer.waiting]).toEqual([undefined, undefined, 2]);
    balancer.leave(first);
    balancer.leave(first);
    expect(balancer.waiting).toBe(1);
    balancer.finished(a, { duration: 1 }, 1);
    expect(told).toEqual(['second']);
    expect([balancer.waiting, balancer.nextEventAt(1)]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it('holds back no one longer than needed when a clock jumps back', () => {
    const virtualLab = virtual(1, { maxInFlight: 1, queueTimeout: 50 }, { ms: 1000 });
    for (const at of [500, 500]) virtualLab.arrive(at);
    virtualLab.run(500);
    expect(virtualLab.balancer.nextEventAt(100)).toBe(150);
  });

  it('gets longer without a deeper stack: turns that end at once are served one after the other', () => {
    const { balancer } = lab([1], { policies: limited({ maxInFlight: 1 }) });
    const a = balancer.origin('A') as OriginView;
    balancer.started(a, 0);
    let served = 0;
    for (let i = 0; i < 20_000; i++) {
      const turn = (now: number): void => {
        served++;
        balancer.started(a, now);
        balancer.finished(a, { duration: 0 }, now);
      };
      balancer.wait({ request: request(), own: undefined, turn, refused: () => undefined }, 0);
    }
    balancer.finished(a, { duration: 1 }, 1);
    expect([served, balancer.waiting, a.inFlight]).toEqual([20_000, 0, 0]);
  });

  it('has the places of all origins together, too', () => {
    const virtualLab = virtual(3, { total: 2 });
    for (let i = 0; i < 6; i++) virtualLab.arrive(i);
    virtualLab.run(9);
    expect(virtualLab.balancer.origins.map(({ inFlight }) => inFlight)).toEqual([1, 1, 0]);
    virtualLab.run(100);
    expect(ended(virtualLab)).toBe('1 ok 10, 2 ok 11, 3 ok 20, 4 ok 21, 5 ok 30, 6 ok 31');
  });
});

describe('a client that stays with an origin', () => {
  it('waits for that one though another has room, in the order of all', () => {
    const virtualLab = virtual(2, { maxInFlight: 1 });
    for (const [at, own] of [
      [0, 'A'],
      [1, 'A'],
      [2, undefined],
      [3, undefined],
      [4, 'A'],
    ] as const) {
      virtualLab.arrive(at, own ? { own } : {});
    }
    virtualLab.run(5);
    expect(virtualLab.balancer.origins.map(({ queued }) => queued)).toEqual([2, 0]);
    expect(virtualLab.balancer.waiting).toBe(3);
    virtualLab.run(100);
    expect(virtualLab.outcomes.map(({ id, tried, at }) => `${id} ${tried} ${at}`)).toEqual([
      '1 A 10',
      '3 B 12',
      '2 A 20',
      '4 B 22',
      '5 A 30',
    ]);
  });

  it('goes elsewhere, with the age it has, when that one falls; but stays while that one drains', () => {
    for (const [what, expected] of [
      ['drain', ['1 A', '2 A', '3 B', '4 B']],
      ['remove', ['1 A', '3 B', '2 B', '4 B']],
    ] as const) {
      const virtualLab = virtual(2, { maxInFlight: 1 });
      virtualLab.arrive(0, { own: 'A' });
      virtualLab.arrive(1, { own: 'A' });
      virtualLab.arrive(2, { own: 'B' });
      virtualLab.arrive(3);
      virtualLab.at(4, () => virtualLab.balancer[what]('A', 4));
      virtualLab.run(100);
      expect(virtualLab.outcomes.map(({ id, tried }) => `${id} ${tried}`).sort()).toEqual([...expected].sort());
    }
  });

  it('counts for least connections, as in HAProxy', () => {
    const { balancer } = lab([1, 1], {
      strategy: { use: 'least-connections', as: 'haproxy' },
      policies: limited({ total: 2 }),
    });
    const [a, b] = balancer.origins as [OriginView, OriginView];
    balancer.started(a, 0);
    balancer.started(b, 0);
    const own = { request: request(), own: 'A', turn: () => undefined, refused: () => undefined };
    const claims = () => explained(balancer).map(({ figures: [first] }) => first?.value);
    expect(claims()).toEqual([512, 512]);
    balancer.wait(own, 0);
    expect(claims()).toEqual([768, 512]);
    balancer.setPolicies(limited({}), 0);
    balancer.leave(own);
    expect(claims()).toEqual([512, 512]);
  });

  it('makes others prefer another origin', () => {
    const { balancer } = lab([1, 1], {
      strategy: { use: 'least-connections', as: 'haproxy' },
      policies: limited({ maxInFlight: 2, total: 1 }),
    });
    const b = balancer.origin('B') as OriginView;
    balancer.started(b, 0);
    const turns: string[] = [];
    const waiter = (own?: string) => ({
      request: request(),
      own,
      turn: (now: number) => void turns.push(balancer.choose(request(), now, undefined, own)?.origin.name ?? '-'),
      refused: () => undefined,
    });
    const first = waiter();
    balancer.wait(first, 0);
    balancer.wait(waiter('A'), 0);
    balancer.wait(waiter('A'), 0);
    balancer.finished(b, { duration: 1 }, 1);
    // Nobody starts here, so each gets its turn: A is as idle as B, but is waited for.
    expect(turns).toEqual(['B', 'A', 'A']);
  });
});

describe('waiting in vain', () => {
  it('is spared those whom nobody could ever serve', () => {
    const virtualLab = virtual(2, { maxInFlight: 1 });
    for (const at of [0, 1, 2, 3]) virtualLab.arrive(at);
    virtualLab.at(5, () => {
      virtualLab.balancer.drain('A', 5);
      virtualLab.balancer.drain('B', 5);
    });
    virtualLab.arrive(6);
    virtualLab.run(100);
    expect(ended(virtualLab)).toBe('3 none-available 5, 4 none-available 5, 5 none-available 6, 1 ok 10, 2 ok 11');
  });

  it('is no reason to hold up others: a group that is full makes only its own requests wait', () => {
    const rules = [
      { prefix: '/a', origins: ['A'] },
      { prefix: '/gone', origins: ['nobody'] },
    ];
    const { balancer } = lab([1, 1], {
      strategy: { use: 'path-rules', rules, default: { use: 'first-available' } },
      policies: limited({ maxInFlight: 1 }),
    });
    const virtualLab = new VirtualLab(balancer, () => ({ ms: 10 }));
    for (const path of ['/a', '/a', '/', '/', '/gone']) virtualLab.arrive(0, { info: request({ path }) });
    virtualLab.run(100);
    expect(virtualLab.outcomes.map(({ id, end, tried, at }) => `${id} ${end} ${tried} ${at}`)).toEqual([
      '5 none-available  0',
      '1 ok A 10',
      '3 ok B 10',
      '2 ok A 20',
      '4 ok B 20',
    ]);
  });
});

describe('changes while requests wait', () => {
  it('give them their turn as soon as there is room', () => {
    const changes: ((balancer: VirtualLab['balancer']) => void)[] = [
      (balancer) => balancer.setPolicies(limited({ maxInFlight: 2 }), 5),
      (balancer) => void balancer.add({ name: 'B', address: 'B:80', weight: 1 }, 5),
    ];
    for (const change of changes) {
      const virtualLab = virtual(1, { maxInFlight: 1 });
      for (const at of [0, 1]) virtualLab.arrive(at);
      virtualLab.at(5, () => change(virtualLab.balancer));
      virtualLab.run(100);
      expect(ended(virtualLab)).toBe('1 ok 10, 2 ok 15');
    }
  });

  it('lose no request, start none twice and leave nothing behind, whatever happens in which order', () => {
    const event = fc.record({
      kind: fc.constantFrom('arrive', 'arrive', 'arrive', 'sticky', 'drain', 'resume', 'add', 'remove', 'limits'),
      pick: fc.nat(4),
      after: fc.nat(8),
      most: fc.option(fc.integer({ min: 1, max: 3 })),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.constantFrom(...STRATEGIES), (events, { id: use }) => {
        const virtualLab = virtual(3, { maxInFlight: 1, queue: 4, queueTimeout: 25 }, { strategy: use });
        const { balancer } = virtualLab;
        let at = 0;
        let arrived = 0;
        for (const { kind, pick, after, most } of events) {
          at += after;
          const name = 'ABCDE'[pick] ?? 'A';
          if (kind === 'arrive' || kind === 'sticky') {
            arrived++;
            virtualLab.arrive(at, kind === 'sticky' ? { own: name } : {});
            continue;
          }
          virtualLab.at(at, () => {
            if (kind === 'limits') {
              const limit = most ?? ('unlimited' as const);
              balancer.setPolicies(limited({ maxInFlight: limit, queue: pick, queueTimeout: 25 }), virtualLab.now);
            } else if (kind === 'add') {
              if (!balancer.origin(name)) balancer.add({ name, address: `${name}:80`, weight: 1 }, virtualLab.now);
            } else if (balancer.origin(name)) balancer[kind](name, virtualLab.now);
          });
        }
        for (let now = 0; now <= at + 100; now++) {
          virtualLab.run(now);
          // Nobody waits while an origin has room for it: work is never left lying.
          const idle = balancer.origins.filter(({ available }) => available);
          const shared = balancer.waiting - balancer.origins.reduce((sum, { queued }) => sum + queued, 0);
          expect(idle.length > 0 ? shared : 0).toBe(0);
        }
        expect(virtualLab.outcomes.map(({ id }) => id).sort((a, b) => a - b)).toEqual(
          Array.from({ length: arrived }, (_, index) => index + 1),
        );
        expect(balancer.waiting).toBe(0);
        for (const { inFlight, queued } of balancer.origins) expect([inFlight, queued]).toEqual([0, 0]);
      }),
      { numRuns: 200 },
    );
  });
});
