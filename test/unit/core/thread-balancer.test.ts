import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Balancer, Decision } from '../../../src/core/balancer.ts';
import { Commons } from '../../../src/core/commons.ts';
import { BREAKER } from '../../../src/core/policies.ts';
import { createRng } from '../../../src/core/rng.ts';
import type { StrategySpec } from '../../../src/core/strategy.ts';
import { ThreadBalancer } from '../../../src/core/thread-balancer.ts';
import { explained, lab, letter, policies, request } from './support.ts';

const NO_HEALTH = policies({ active: 'off', passive: 'off' });

/** Balancers as `count` threads have them, each with an object of its own over the same memory. */
function crew(count: number, weights: readonly number[], strategy: StrategySpec): ThreadBalancer[] {
  const { buffer } = new Commons();
  return Array.from({ length: count }, (_, index) => {
    const options = { strategy, policies: NO_HEALTH, rng: createRng(index) };
    const balancer = new ThreadBalancer(options, new Commons(index, buffer), () => {});
    weights.forEach((weight, at) => {
      balancer.add({ name: letter(at), address: `${letter(at)}:80`, weight }, 0);
    });
    return balancer;
  });
}

function send(balancer: Balancer): string {
  const decision = balancer.choose(request(), 0);
  if (!decision) return '-';
  balancer.started(decision.origin, 0);
  return decision.origin.name;
}

function end(balancer: Balancer, name: string, failure?: 'reset'): void {
  const origin = balancer.origin(name);
  if (origin) balancer.finished(origin, { duration: 1, ...(failure && { failure }) }, 0);
}

describe('several balancers over the same memory', () => {
  const weights = [3, 1, 2, 1];

  it.each<StrategySpec>([
    { use: 'round-robin' },
    { use: 'weighted-round-robin' },
    { use: 'weighted-round-robin', order: 'blocks' },
    {
      use: 'path-rules',
      // The request of these tests is for `/`.
      rules: [
        { prefix: '/other', origins: ['A'] },
        { prefix: '/', origins: ['B', 'C', 'D', 'E', 'F'], strategy: { use: 'weighted-round-robin' } },
      ],
    },
  ])('take turns as one does: $use $order', (strategy) => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ do: fc.constant('send' as const), who: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), who: fc.nat(3) }) },
      fc.record({ do: fc.constantFrom('drain' as const, 'resume' as const), who: fc.nat(3) }),
      fc.record({ do: fc.constant('remove' as const), who: fc.nat(3) }),
      fc.record({ do: fc.constant('add' as const), who: fc.nat(3) }),
      fc.record({ do: fc.constant('strategy' as const), who: fc.nat(3) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { balancer: one } = lab(weights, { strategy, policies: NO_HEALTH });
        const many = crew(4, weights, strategy);
        const all = [one, ...many];
        let added = weights.length;
        for (const { do: what, who } of steps) {
          const names = one.origins.map(({ name }) => name);
          const name = names[who % names.length];
          if (what === 'send' || what === 'fail') {
            const balancer = many[who] as ThreadBalancer;
            const chosen = send(balancer);
            expect(chosen).toBe(send(one));
            if (what === 'fail') for (const each of [one, balancer]) end(each, chosen, 'reset');
          } else if (what === 'add') {
            const origin = { name: letter(added), address: `${letter(added++)}:80`, weight: 2 };
            for (const each of all) each.add(origin, 0);
          } else if (what === 'strategy') for (const each of all) each.setStrategy(strategy, 0);
          else if (name !== undefined) for (const each of all) each[what](name, 0);
        }
      }),
    );
  });

  it('turn 10,000 requests at four origins into 2,500 each, whoever gets them', () => {
    const balancers = crew(3, [1, 1, 1, 1], { use: 'round-robin' });
    const rng = createRng(7);
    const counts = new Map<string, number>();
    for (let sent = 0; sent < 10_000; sent++) {
      const name = send(balancers[rng.below(3)] as ThreadBalancer);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([2500, 2500, 2500, 2500]);
  });

  it.each<StrategySpec>([
    { use: 'least-connections' },
    { use: 'least-connections', as: 'haproxy' },
    { use: 'power-of-two-choices', choices: 4 },
    { use: 'first-available', slots: 1 },
  ])('see what the others have in flight: $use $as', (strategy) => {
    const [one, other] = crew(2, [1, 1, 1, 1], strategy) as [ThreadBalancer, ThreadBalancer];
    const chosen = [send(one), send(other), send(other), send(one)];
    expect([...chosen].sort()).toEqual(['A', 'B', 'C', 'D']);
    end(other, chosen[1] as string);
    expect(send(one)).toBe(chosen[1]);
  });

  it('know together how fast answers were: peak-ewma', () => {
    const [one, other] = crew(2, [1, 1], { use: 'peak-ewma' }) as [ThreadBalancer, ThreadBalancer];
    const answer = (balancer: ThreadBalancer, avoided: string, duration: number): string => {
      const { origin } = balancer.choose(request(), 0, new Set([avoided])) as Decision;
      balancer.started(origin, 0);
      balancer.finished(origin, { duration }, 1000);
      return origin.name;
    };
    expect([answer(one, 'B', 500), answer(other, 'A', 5)]).toEqual(['A', 'B']);
    const choices = (balancer: ThreadBalancer): unknown[] =>
      Array.from({ length: 20 }, () => balancer.choose(request(), 1000)?.origin.name);
    // Choices count as in flight from then on: twenty at B are still less than one at A.
    expect(new Set([...choices(other), ...choices(one)])).toEqual(new Set(['B']));
  });

  it('take turns in each group of path rules apart', () => {
    const strategy = {
      use: 'path-rules',
      rules: [
        { prefix: '/a', origins: ['A', 'B'] },
        { prefix: '/b', origins: ['B', 'C', 'D'], strategy: { use: 'weighted-round-robin', order: 'blocks' } },
      ],
    };
    const [one, other] = crew(2, [1, 2, 1, 1], strategy) as [ThreadBalancer, ThreadBalancer];
    const ask = (balancer: ThreadBalancer, path: string): string =>
      balancer.choose(request({ path }), 0)?.origin.name ?? '';
    const asked = [one, other, other, one, other, one].map(
      (each) => ask(each, '/a') + ask(each, '/b') + ask(each, '/c'),
    );
    expect(asked).toEqual(['ABA', 'BBB', 'ACC', 'BDD', 'ABA', 'BBB']);
  });

  it('begin a strategy anew with the same turn, even while another still goes by the old one', () => {
    const [one, other] = crew(2, [1, 1, 1], { use: 'round-robin' }) as [ThreadBalancer, ThreadBalancer];
    expect(send(one) + send(other)).toBe('AB');
    one.setStrategy({ use: 'round-robin' }, 0);
    expect(send(one) + send(one) + send(other)).toBe('ABC');
    other.setStrategy({ use: 'round-robin' }, 0);
    expect(send(other) + send(one)).toBe('CA');
  });

  it('explain the turn that there is, not the one that they saw last', () => {
    const [one, other] = crew(2, [1, 1], { use: 'round-robin' }) as [ThreadBalancer, ThreadBalancer];
    send(one);
    send(other);
    send(other);
    const [, second] = explained(one);
    expect(second).toMatchObject({ origin: 'B', figures: [{ value: 0 }] });
  });

  it('share one retry budget', () => {
    const [one, other] = crew(2, [1], { use: 'round-robin' }) as [ThreadBalancer, ThreadBalancer];
    const failed = {
      attempt: 1,
      failure: 'reset',
      method: 'GET',
      bytesSent: true,
      responseStarted: false,
    } as const;
    for (const balancer of [one, other]) {
      balancer.setPolicies({ ...NO_HEALTH, retry: { ...NO_HEALTH.retry, on: ['reset'], budget: 0.2 } }, 0);
      balancer.retries.requestStarted();
    }
    expect(other.retries.allows(failed)).toBe(true);
    for (let retry = 0; retry < 3; retry++) one.retries.retryStarted();
    expect(other.retries.allows(failed)).toBe(false);
    one.retries.retryFinished();
    expect(other.retries.allows(failed)).toBe(true);
  });

  it('number requests together', () => {
    const { buffer } = new Commons();
    const [one, other] = [new Commons(0, buffer), new Commons(1, buffer)];
    expect([one.nextRequest(), other.nextRequest(), other.nextRequest(), one.nextRequest()]).toEqual([1, 2, 3, 4]);
  });
});

describe('the one that leads', () => {
  it('ejects an origin that fails at the others, and they do as it says', () => {
    const { buffer } = new Commons();
    const [lead, other] = [policies({ active: 'off', passive: { failures: 3 } }), NO_HEALTH].map((each, index) => {
      const balancer = new ThreadBalancer(
        { strategy: { use: 'round-robin' }, policies: each, rng: createRng(index) },
        new Commons(index, buffer),
        () => {},
      );
      for (const name of ['A', 'B']) balancer.add({ name, address: `${name}:80`, weight: 1 }, 0);
      return balancer;
    }) as [ThreadBalancer, ThreadBalancer];
    for (let failures = 0; failures < 3; failures++) {
      other.choose(request(), 0, new Set(['B']));
      end(other, 'A', 'reset');
      expect(lead.origin('A')?.status).toBe('up');
      lead.attemptElsewhere('A', 'reset', 0);
    }
    expect(lead.origin('A')?.status).toBe('ejected');
    expect(other.origin('A')?.status).toBe('up');
    other.heed('A', { status: 'ejected', reason: '3 failures in a row' }, 0);
    expect(other.origin('A')).toMatchObject({ status: 'ejected', reason: '3 failures in a row', available: false });
    expect([send(other), send(other)]).toEqual(['B', 'B']);
    other.heed('A', { status: 'up', reason: 'ejection ended' }, 0);
    expect([send(other), send(other)].sort()).toEqual(['A', 'B']);
  });

  it('takes an origin for drained only when nothing is in flight there anywhere', () => {
    const [lead, other] = crew(2, [1, 1], { use: 'round-robin' }) as [ThreadBalancer, ThreadBalancer];
    expect(send(other)).toBe('A');
    for (const balancer of [other, lead]) balancer.drain('A', 0);
    expect(lead.origin('A')?.status).toBe('draining');
    end(other, 'A');
    lead.attemptElsewhere('A', undefined, 0);
    expect(lead.origin('A')?.status).toBe('drained');
  });

  it('gives back what a thread held that has died', () => {
    const [lead, second, third] = crew(3, [1, 1], { use: 'round-robin' }) as [
      ThreadBalancer,
      ThreadBalancer,
      ThreadBalancer,
    ];
    const limited = { ...NO_HEALTH, limits: { ...NO_HEALTH.limits, maxInFlight: 2 } };
    const budget = { ...NO_HEALTH.retry, on: ['reset' as const], budget: 0.2 };
    for (const balancer of [lead, second, third]) balancer.setPolicies({ ...limited, retry: budget }, 0);
    expect([second, third, second, third].map(send).join('')).toBe('ABAB');
    const turns: string[] = [];
    const wait = (balancer: ThreadBalancer, name: string): void => {
      const waiter = { request: request(), own: undefined, refused: () => {} };
      balancer.wait({ ...waiter, turn: () => void turns.push(`${name} ${send(balancer)}`) }, 0);
    };
    // The first in the line is the dead one's.
    wait(second, 'second');
    wait(lead, 'lead');
    for (let retry = 0; retry < 3; retry++) second.retries.retryStarted();
    const failed = { attempt: 1, failure: 'reset', method: 'GET', bytesSent: true, responseStarted: false } as const;
    expect([lead.waiting, turns, lead.retries.allows(failed)]).toEqual([2, [], false]);
    lead.threadLost(1, 0);
    expect([lead.waiting, turns, lead.retries.allows(failed)]).toEqual([0, ['lead A'], true]);
    expect([lead.origin('A')?.inFlight, lead.origin('B')?.inFlight]).toEqual([1, 2]);
    for (const balancer of [third, lead]) balancer.drain('B', 0);
    expect(lead.origin('B')?.status).toBe('draining');
    lead.threadLost(2, 0);
    expect([lead.origin('B')?.status, lead.origin('B')?.inFlight]).toEqual(['drained', 0]);
  });

  it('alone opens the circuit breaker, for all requests there are; the others open when they are told, and recover by themselves', () => {
    const breaker = { ...BREAKER, minRequests: 4, open: 1000, recover: 1000 };
    const [lead, other] = crew(2, [1], { use: 'round-robin' }) as [ThreadBalancer, ThreadBalancer];
    for (const balancer of [lead, other]) balancer.setPolicies({ ...NO_HEALTH, breaker }, 0);
    for (let request = 0; request < 4; request++) other.breaker.ended('reset', 1, 2);
    expect(other.breaker.status?.state).toBe('closed');
    for (let request = 0; request < 4; request++) lead.breaker.ended('reset', 1, 2 + request * 100);
    const { state, since, why } = lead.breaker.status ?? {};
    expect(state).toBe('open');
    other.breaker.open(String(why), Number(since));
    expect(other.breaker.status).toEqual(lead.breaker.status);
    for (const at of [500, 1500, 1800, 2100, 2400]) {
      expect([at, other.breaker.admits(at)]).toEqual([at, lead.breaker.admits(at)]);
      expect(other.breaker.status).toEqual(lead.breaker.status);
    }
    expect(other.breaker.status?.state).toBe('closed');
  });

  it('ignores what it hears of an origin that is gone', () => {
    const [lead, other] = crew(2, [1, 1], { use: 'round-robin' }) as [ThreadBalancer, ThreadBalancer];
    expect(send(other)).toBe('A');
    lead.remove('A', 0);
    lead.attemptElsewhere('A', 'reset', 0);
    lead.heed('A', { status: 'down', reason: 'connection refused' }, 0);
    expect(send(lead)).toBe('B');
  });
});
