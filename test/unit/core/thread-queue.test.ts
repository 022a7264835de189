import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Balancer, Decision, Waiter } from '../../../src/core/balancer.ts';
import { Commons } from '../../../src/core/commons.ts';
import type { Policies } from '../../../src/core/policies.ts';
import { createRng } from '../../../src/core/rng.ts';
import { ThreadBalancer } from '../../../src/core/thread-balancer.ts';
import { lab, letter, policies, request } from './support.ts';

const ORIGINS = 3;

/** Sends requests through one balancer or several, and writes down what became of them in the order in which it did. */
class Driver {
  readonly said: string[] = [];
  readonly #balancers: readonly Balancer[];
  /** In flight: whose they are, and where. */
  readonly #running = new Map<number, { balancer: Balancer; decision: Decision }>();
  readonly #waiting = new Map<number, { balancer: Balancer; waiter: Waiter }>();

  constructor(balancers: readonly Balancer[]) {
    this.#balancers = balancers;
  }

  arrive(id: number, at: number): void {
    const balancer = this.#balancers[at % this.#balancers.length] as Balancer;
    if (this.#start(id, balancer)) return;
    const waiter: Waiter = {
      request: request(),
      own: undefined,
      turn: () => {
        this.#waiting.delete(id);
        if (!this.#start(id, balancer)) this.said.push(`${id} had its turn in vain`);
      },
      refused: (why) => {
        this.#waiting.delete(id);
        this.said.push(`${id} ${why}`);
      },
    };
    const refusal = balancer.wait(waiter, 0);
    this.said.push(`${id} ${refusal ?? 'waits'}`);
    if (refusal === undefined) this.#waiting.set(id, { balancer, waiter });
  }

  end(which: number): void {
    const id = [...this.#running.keys()].sort((a, b) => a - b)[which % Math.max(1, this.#running.size)];
    const run = this.#running.get(id ?? 0);
    if (id === undefined || run === undefined) return;
    this.#running.delete(id);
    run.balancer.finished(run.decision.origin, { duration: 1 }, 0);
  }

  leave(which: number): void {
    const id = [...this.#waiting.keys()].sort((a, b) => a - b)[which % Math.max(1, this.#waiting.size)];
    const place = this.#waiting.get(id ?? 0);
    if (id === undefined || place === undefined) return;
    this.#waiting.delete(id);
    place.balancer.leave(place.waiter);
  }

  each(change: (balancer: Balancer) => void): void {
    this.#balancers.forEach(change);
  }

  get inFlight(): string {
    return [...this.#running.values()]
      .map(({ decision }) => decision.origin.name)
      .sort()
      .join('');
  }

  #start(id: number, balancer: Balancer): boolean {
    const decision = balancer.choose(request(), 0);
    if (!decision) return false;
    balancer.started(decision.origin, 0);
    this.#running.set(id, { balancer, decision });
    this.said.push(`${id} ${decision.origin.name}`);
    return true;
  }
}

/** Threads that hear the bell as soon as the one that rings has done what it does. */
function crew(count: number, all: Policies): { driver: Driver; hear(): void } {
  const { buffer } = new Commons();
  const rung: number[] = [];
  const balancers = Array.from({ length: count }, (_, index) => {
    const options = { strategy: { use: 'round-robin' }, policies: all, rng: createRng(index) };
    const balancer = new ThreadBalancer(options, new Commons(index, buffer), (thread) => rung.push(thread));
    for (let at = 0; at < ORIGINS; at++) balancer.add({ name: letter(at), address: `${letter(at)}:80`, weight: 1 }, 0);
    return balancer;
  });
  const hear = (): void => {
    for (let thread = rung.shift(); thread !== undefined; thread = rung.shift()) balancers[thread]?.lookAgain(0);
  };
  return { driver: new Driver(balancers), hear };
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('arrive' as const), which: fc.nat(7) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(30) }) },
  fc.record({ do: fc.constant('leave' as const), which: fc.nat(30) }),
  fc.record({ do: fc.constantFrom('drain' as const, 'resume' as const), which: fc.nat(ORIGINS - 1) }),
  fc.record({ do: fc.constant('limit' as const), which: fc.integer({ min: 1, max: 3 }) }),
);

it('several threads have one queue: who waits, who is refused and whose turn it is are as with one', () => {
  const withLimits = (maxInFlight: number): Policies =>
    policies({ active: 'off', passive: 'off', limits: { maxInFlight, total: 5, queue: 4 } });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 2, max: 4 }), (steps, threads) => {
      const one = new Driver([lab([1, 1, 1], { policies: withLimits(1) }).balancer]);
      const { driver: many, hear } = crew(threads, withLimits(1));
      steps.forEach(({ do: what, which }, id) => {
        for (const driver of [one, many]) {
          if (what === 'arrive') driver.arrive(id + 1, which);
          else if (what === 'end' || what === 'leave') driver[what](which);
          else if (what === 'limit') driver.each((balancer) => balancer.setPolicies(withLimits(which), 0));
          else driver.each((balancer) => balancer[what](letter(which), 0));
        }
        hear();
        expect(many.said).toEqual(one.said);
        expect(many.inFlight).toBe(one.inFlight);
      });
    }),
    { numRuns: 300 },
  );
});

it('one that begins to wait just as another thread makes room looks again at once', () => {
  const all = policies({ active: 'off', passive: 'off', limits: { maxInFlight: 1 } });
  const { buffer } = new Commons();
  const [one, other] = [0, 1].map((index) => {
    const options = { strategy: { use: 'round-robin' }, policies: all, rng: createRng(index) };
    const balancer = new ThreadBalancer(options, new Commons(index, buffer), () => {});
    balancer.add({ name: 'A', address: 'A:80', weight: 1 }, 0);
    return balancer;
  }) as [ThreadBalancer, ThreadBalancer];
  const first = one.choose(request(), 0) as Decision;
  one.started(first.origin, 0);
  expect(other.choose(request(), 0)).toBeUndefined();
  one.finished(first.origin, { duration: 1 }, 0);
  const turns: number[] = [];
  const turn = (now: number): void => {
    turns.push(now);
    const decision = other.choose(request(), now) as Decision;
    other.started(decision.origin, now);
  };
  expect(other.wait({ request: request(), own: undefined, turn, refused: () => {} }, 1)).toBeUndefined();
  expect(other.waiting).toBe(1);
  expect(one.choose(request(), 1)).toBeUndefined();
  expect(other.nextEventAt(2)).toBe(2);
  other.advance(2);
  expect(turns).toEqual([2]);
});
