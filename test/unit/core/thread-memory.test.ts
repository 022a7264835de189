import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Balancer, OriginView } from '../../../src/core/balancer.ts';
import { Commons } from '../../../src/core/commons.ts';
import { createRng } from '../../../src/core/rng.ts';
import type { StrategySpec } from '../../../src/core/strategy.ts';
import { ThreadBalancer } from '../../../src/core/thread-balancer.ts';
import { letter, policies, request } from './support.ts';
import { labOf } from './thread-support.ts';

/** What four threads remember together, set beside what one balancer remembers that is told all of it: choice by choice, lots included. */

const THREADS = 4;
const WEIGHTS = [3, 1, 2, 1];

interface Step {
  readonly do:
    | 'send'
    | 'end'
    | 'report'
    | 'pass'
    | 'drain'
    | 'resume'
    | 'remove'
    | 'add'
    | 'weigh'
    | 'role'
    | 'strategy';
  readonly who: number;
  readonly which: number;
  readonly amount: number;
}

const LIKELY = ['send', 'send', 'send', 'end', 'end', 'report', 'pass'] as const;
const RARE = ['drain', 'resume', 'remove', 'add', 'weigh', 'role', 'strategy'] as const;
const steps = fc.array(
  fc.record<Step>({
    do: fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...LIKELY) }, fc.constantFrom(...RARE)),
    who: fc.nat(THREADS - 1),
    which: fc.nat(20),
    amount: fc.nat(2000),
  }),
  { maxLength: 120 },
);

/** One balancer, and several that are threads, to which the same happens. */
class Twins {
  readonly #one: Balancer;
  readonly #many: readonly ThreadBalancer[];
  readonly #spec: StrategySpec;
  /** Under way, each with the thread it is in and the moment it began. */
  readonly #attempts: {
    readonly who: number;
    readonly name: string;
    readonly views: OriginView[];
    readonly at: number;
  }[] = [];
  #added = WEIGHTS.length;
  #now = 0;

  constructor(spec: StrategySpec, every: number) {
    this.#spec = spec;
    const rules = { ...policies({ active: 'off', passive: 'off' }), loadInfo: { every } };
    this.#one = labOf(WEIGHTS, { strategy: spec, policies: rules, rng: createRng(1) });
    const { buffer } = new Commons();
    // All draw from one stream, so that lots fall as they do for one.
    const rng = createRng(1);
    this.#many = Array.from({ length: THREADS }, (_, thread) => {
      const options = { strategy: spec, policies: rules, rng };
      return labOf(WEIGHTS, options, (all) => new ThreadBalancer(all, new Commons(thread, buffer), () => {}));
    });
  }

  take({ do: what, who, which, amount }: Step): void {
    this.#now += 1;
    const names = this.#one.origins.map(({ name }) => name);
    const name = names[which % names.length] as string;
    const thread = this.#many[who] as ThreadBalancer;
    switch (what) {
      case 'send':
        this.#send(thread, who);
        break;
      case 'end':
        this.#end(which, amount);
        break;
      case 'report':
        for (const each of [this.#one, thread]) {
          each.reportLoad(name, amount / 1000, this.#now, which % 2 ? { rate: amount, errorRate: which } : undefined);
        }
        break;
      case 'pass':
        this.#now += amount;
        for (const each of [this.#one, thread]) each.advance(this.#now);
        break;
      default:
        this.#change(what, name, which);
    }
  }

  #send(thread: ThreadBalancer, who: number): void {
    const asked = request({ path: `/${this.#now % 3}` });
    const views = [this.#one, thread].map((each) => each.choose(asked, this.#now)?.origin);
    const [expected, chosen] = views;
    expect(chosen?.name).toBe(expected?.name);
    if (!expected || !chosen) return;
    this.#one.started(expected, this.#now);
    thread.started(chosen, this.#now);
    const [figures, compared] = [this.#one, thread].map((each) => {
      each.together(() => each.insight.note(asked, this.#now));
      return each.insight.noted().map(({ origin, figures }) => ({ origin, figures }));
    });
    expect(compared).toEqual(figures);
    this.#attempts.push({ who, name: chosen.name, views: [expected, chosen], at: this.#now });
  }

  #end(which: number, amount: number): void {
    const [attempt] = this.#attempts.splice(which % Math.max(1, this.#attempts.length), 1);
    if (!attempt) return;
    const duration = this.#now - attempt.at;
    const times = { duration, firstByte: duration / 2, ...(amount % 5 === 0 && { failure: 'reset' as const }) };
    [this.#one, this.#many[attempt.who] as ThreadBalancer].forEach((each, index) => {
      each.finished(attempt.views[index] as OriginView, times, this.#now);
    });
  }

  #change(what: Exclude<Step['do'], 'send' | 'end' | 'report' | 'pass'>, name: string, which: number): void {
    const now = this.#now;
    const added = letter(this.#added);
    if (what === 'add') this.#added++;
    const last = this.#one.origins.length === 1;
    for (const each of [...this.#many, this.#one]) {
      if (what === 'add') each.add({ name: added, address: `${added}:80`, weight: 1 + (which % 3) }, now);
      else if (what === 'weigh') each.setWeight(name, 1 + (which % 4), now);
      else if (what === 'role') each.setRole(name, {}, now);
      else if (what === 'strategy') each.setStrategy(this.#spec, now);
      else if (what !== 'remove' || !last) each[what](name, now);
    }
  }
}

function expectAsOne(spec: StrategySpec, every: number): void {
  fc.assert(
    fc.property(steps, (all) => {
      const twins = new Twins(spec, every);
      for (const step of all) twins.take(step);
    }),
    { numRuns: 60 },
  );
}

const weights = { use: 'least-load', method: 'weights', blackout: 500, expiry: 5000, update: 300 };
const SPECS: readonly StrategySpec[] = [
  { use: 'weighted-round-robin', order: 'deadline' },
  { use: 'least-time' },
  { use: 'least-time', measure: 'last-byte', halveAfter: 1000 },
  { use: 'least-load' },
  { use: 'least-load', maxAge: 1000 },
  weights,
  // Drawn with replacement, as each thread has its own order in which to draw.
  { use: 'power-of-two-choices', replacement: true },
  {
    use: 'path-rules',
    rules: [
      { prefix: '/0', origins: ['A', 'B', 'E'], strategy: { use: 'least-time', halveAfter: 1000 } },
      { prefix: '/1', origins: ['B', 'C', 'D', 'F'], strategy: { use: 'weighted-round-robin', order: 'deadline' } },
    ],
    default: weights,
  },
];

describe('several balancers remember as one does', () => {
  it.each(SPECS)('$use $order $method', (spec) => {
    expectAsOne(spec, 0);
  });

  it.each(SPECS)('where they learn of loads now and then: $use $order $method', (spec) => {
    expectAsOne(spec, 700);
  });

  it('refresh from the moment on at which they are told to, whichever hears of it first', () => {
    const { buffer } = new Commons();
    const rules = policies({ active: 'off', passive: 'off' });
    const [one, other] = [0, 1].map((thread) =>
      labOf(
        [1, 1],
        { strategy: { use: 'least-load' }, policies: rules, rng: createRng(1) },
        (all) => new ThreadBalancer(all, new Commons(thread, buffer), () => {}),
      ),
    ) as [ThreadBalancer, ThreadBalancer];
    const every = (balancer: ThreadBalancer, ms: number, now: number): void =>
      balancer.setPolicies({ ...rules, loadInfo: { every: ms } }, now);
    const chosen = (balancer: ThreadBalancer, now: number) => balancer.choose(request(), now)?.origin.name;
    one.reportLoad('A', 0.5, 0);
    one.reportLoad('B', 0.1, 0);
    every(other, 100, 0);
    other.reportLoad('A', 0, 10);
    every(one, 100, 20);
    // Both go by what the first of them saw.
    expect([chosen(one, 30), chosen(other, 30), one.nextEventAt(30), other.nextEventAt(30)]).toEqual([
      'B',
      'B',
      100,
      100,
    ]);
    expect([chosen(one, 100), chosen(other, 100)]).toEqual(['A', 'A']);
    for (const balancer of [one, other]) every(balancer, 0, 110);
    other.reportLoad('B', 0, 111);
    other.reportLoad('A', 1, 112);
    expect([chosen(one, 120), chosen(other, 120)]).toEqual(['B', 'B']);
  });
});
