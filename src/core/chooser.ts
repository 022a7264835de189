import type { Commons } from './commons.ts';
import { Comparison, type Explained } from './comparison.ts';
import type { Decision } from './decision.ts';
import { outcomeOf } from './failure.ts';
import type { Level } from './levels.ts';
import type { LimiterChooser } from './limiter.ts';
import type { Origin } from './origin.ts';
import type { OriginPool } from './origin-pool.ts';
import { UNLIMITED } from './policies.ts';
import type { Rng } from './rng.ts';
import { StaleLoads } from './stale-loads.ts';
import { createStrategy, normaliseSpec, strategyDefinition } from './strategies/registry.ts';
import type { AttemptTimes, Candidate, Outcome, Pool, RequestInfo, Strategy, StrategySpec } from './strategy.ts';
import { OtherChoices, WhatIf } from './what-if.ts';

/** What strategies make of the lab as it is; asking changes nothing. */
export interface Insight {
  /** Notes what the strategy would compare for this request now; to be read with `noted`. */
  note(request: RequestInfo, now: number): void;
  /** What was noted last, for every origin in the lab's order. */
  noted(): Explained[];
  /** What every other strategy would choose for this request now (see `WhatIf`); worked out later. */
  whatIf(request: RequestInfo, now: number): OtherChoices;
  /** Each origin's share (0–1) in the long run where theory knows it (not under limits), 0 for those out of rotation; else undefined. */
  expectedShares(): ReadonlyMap<string, number> | undefined;
}

/** The strategy in use over the origins there are: asks it, tells it, and says what it and others compare. */
export class Chooser implements Insight, LimiterChooser {
  readonly #pool: OriginPool;
  readonly #rng: Rng;
  /** Only for balancers in several threads. */
  readonly #commons: Commons | undefined;
  #spec: StrategySpec;
  /** Strategies so far, this one included. */
  #strategies = 0;
  /** Whether a part of its weight gets an origin a part of its share. */
  #followsWeights = false;
  /** How often it was set that strategies learn of loads now and then. */
  #periods = 0;
  /** Only where they do. */
  #stale: StaleLoads | undefined;
  /** What most labs come to: strategies see the origins as they are, and no other thread takes turns with this one. */
  #direct = true;
  readonly #comparison = new Comparison();
  /** Only where somebody has asked. */
  #whatIf: WhatIf | undefined;

  /** @throws EvenkeelError `unknown-strategy` or `bad-argument` */
  constructor(pool: OriginPool, spec: StrategySpec, loadInfoEvery: number, rng: Rng, commons?: Commons) {
    this.#pool = pool;
    this.#rng = rng;
    this.#commons = commons;
    this.#direct = commons === undefined;
    this.#spec = spec;
    this.setSpec(spec);
    this.setLoadInfo(loadInfoEvery, 0);
  }

  get spec(): StrategySpec {
    return this.#spec;
  }

  /** @throws EvenkeelError `unknown-strategy` or `bad-argument`; then the strategy stays as it was */
  setSpec(spec: StrategySpec): void {
    const normal = normaliseSpec(spec);
    this.#spec = normal;
    this.#strategies++;
    for (const level of this.#pool.levels) level.strategy = undefined;
    this.#followsWeights = strategyDefinition(normal.use).followsWeights?.(normal) ?? false;
    this.#pool.followWeights(this.#followsWeights);
  }

  /** How often (ms) strategies learn of the origins' loads; 0: they always know them. */
  setLoadInfo(every: number, now: number): void {
    if (every === (this.#stale?.every ?? 0)) return;
    this.#periods++;
    this.#stale = every === 0 ? undefined : new StaleLoads(this.#pool, every, now, this.#periods, this.#commons);
    this.#direct = this.#stale === undefined && this.#commons === undefined;
  }

  /** When (ms) `advance` has something to do; Infinity if never. */
  get nextEventAt(): number {
    return this.#stale?.nextAt ?? Number.POSITIVE_INFINITY;
  }

  advance(now: number): void {
    this.#stale?.advance(now);
  }

  /** Undefined when no available origin may serve the request. */
  decide(request: RequestInfo, now: number): Decision | undefined {
    const { whole } = this.#pool;
    if (whole === undefined || this.#direct === false) return this.#decideByLevels(request, now);
    const { length } = whole.available;
    if (length === 0) return undefined;
    const origin = this.#strategyFor(whole).choose(whole, request, now, this.#rng) as Origin | undefined;
    if (origin === undefined) return undefined;
    return length === 1 ? origin.chosenAlone : origin.chosen;
  }

  /** The same for a request that was tried before. @param tried names of the origins to choose only when there are no others */
  decideAgain(request: RequestInfo, now: number, tried: ReadonlySet<string>): Decision | undefined {
    return this.#choose(request, now, tried)?.chosenAgain;
  }

  #decideByLevels(request: RequestInfo, now: number): Decision | undefined {
    const origin = this.#choose(request, now, undefined);
    return this.#pool.countAvailable() === 1 ? origin?.chosenAlone : origin?.chosen;
  }

  #choose(request: RequestInfo, now: number, tried: ReadonlySet<string> | undefined): Origin | undefined {
    this.#stale?.advance(now);
    const level = this.#pool.drawLevel(this.#rng);
    // Those that warm up are left out of some choices, where their weight says nothing.
    const cold = this.#followsWeights ? undefined : this.#pool.drawCold(this.#rng);
    return (
      (cold && this.#chooseFrom(level, request, now, tried ? new Set([...tried, ...cold]) : cold)) ??
      (tried && this.#chooseFrom(level, request, now, tried)) ??
      this.#chooseFrom(level, request, now, undefined)
    );
  }

  /** Whether any available origin may serve the request. */
  canServe(request: RequestInfo): boolean {
    return this.#pool.levels.some((level) => this.#serves(level, level, request));
  }

  /** Whether any origin in rotation may, when it has room. */
  couldServe(request: RequestInfo): boolean {
    return this.#pool.levels.some((level) => this.#serves(level, level.inRotation, request));
  }

  loadChanged(origin: Origin): void {
    origin.level?.loadListener?.loadChanged(this.#seen(origin));
  }

  started(origin: Origin, now: number): void {
    const { level } = origin;
    if (level?.tellsStarts === true) {
      if (this.#commons) this.#startTogether(this.#commons, level, this.#seen(origin), now);
      else this.#strategyFor(level).started?.(this.#seen(origin), now);
    }
    if (this.#whatIf !== undefined) this.#whatIf.started(origin, now);
  }

  finished(origin: Origin, times: AttemptTimes, now: number): void {
    const { level } = origin;
    if (level?.tellsEnds === true) {
      const outcome = outcomeOf(times.failure);
      if (this.#commons) this.#tellTogether(this.#commons, origin, outcome, times, now);
      else this.#strategyFor(level).finished?.(this.#seen(origin), outcome, times, now);
    }
    if (this.#whatIf !== undefined) this.#whatIf.finished(origin, outcomeOf(times.failure), times, now);
  }

  note(request: RequestInfo, now: number): void {
    this.#stale?.advance(now);
    const comparison = this.#comparison;
    comparison.begin(this.#pool.all);
    const level = this.#firstAvailable;
    if (level === undefined) return;
    const pool = this.#stale?.poolOf(level) ?? level;
    if (this.#commons) this.#noteTogether(this.#commons, level, pool, request, now);
    else this.#strategyFor(level).explain?.(pool, request, now, comparison);
  }

  noted(): Explained[] {
    return this.#comparison.explained();
  }

  whatIf(request: RequestInfo, now: number): OtherChoices {
    const level = this.#firstAvailable;
    if (level === undefined) return new OtherChoices(() => []);
    this.#whatIf ??= new WhatIf();
    return this.#whatIf.ask(level, request, now, this.#spec.use);
  }

  expectedShares(): ReadonlyMap<string, number> | undefined {
    const expected = new Map(this.#pool.all.map(({ name }) => [name, 0]));
    let known = false;
    for (const { load, inRotation } of this.#pool.levels) {
      const candidates = inRotation.available as readonly Origin[];
      if (load === 0 || candidates.length === 0) continue;
      // A full origin passes its turn on, as often as it is full: no theory says how often.
      if (candidates.some(({ most }) => most !== UNLIMITED)) return undefined;
      const shares = strategyDefinition(this.#spec.use).expectedShares?.(candidates);
      if (shares === undefined) return undefined;
      const warmth = candidates.map((origin) => (this.#followsWeights ? 1 : origin.warmth));
      const all = shares.reduce((sum, share, index) => sum + share * (warmth[index] as number), 0);
      candidates.forEach(({ name }, index) => {
        expected.set(name, (load * (shares[index] as number) * (warmth[index] as number)) / all);
      });
      known = true;
    }
    return known ? expected : undefined;
  }

  /** The level that requests go to first now. */
  get #firstAvailable(): Level | undefined {
    let first: Level | undefined;
    for (const level of this.#pool.levels) {
      if (level.available.length === 0) continue;
      if (level.load > 0) return level;
      first ??= level;
    }
    return first;
  }

  /** From the level that was drawn, else from the first other that has anyone. */
  #chooseFrom(
    drawn: Level | undefined,
    request: RequestInfo,
    now: number,
    without: ReadonlySet<string> | undefined,
  ): Origin | undefined {
    const chosen = drawn && this.#ask(drawn, request, now, without);
    if (chosen) return chosen;
    for (const level of this.#pool.levels) {
      const other = level === drawn ? undefined : this.#ask(level, request, now, without);
      if (other) return other;
    }
    return undefined;
  }

  #ask(level: Level, request: RequestInfo, now: number, without: ReadonlySet<string> | undefined): Origin | undefined {
    if (level.available.length === 0) return undefined;
    const stale = this.#stale;
    const group = stale?.poolOf(level) ?? level;
    const pool = without ? group.without(without) : group;
    if (pool === undefined) return undefined;
    const chosen = this.#commons
      ? this.#askTogether(this.#commons, level, pool, request, now)
      : this.#strategyFor(level).choose(pool, request, now, this.#rng);
    return stale && chosen ? stale.originOf(chosen) : (chosen as Origin | undefined);
  }

  // These are functions of their own, as one that makes a closure has to allocate what that needs even where it makes none.

  #askTogether(commons: Commons, level: Level, pool: Pool, request: RequestInfo, now: number): Candidate | undefined {
    return this.#taking(commons, level, () => this.#strategyFor(level).choose(pool, request, now, this.#rng));
  }

  #startTogether(commons: Commons, level: Level, origin: Candidate, now: number): void {
    const strategy = this.#strategyFor(level);
    if (strategy.started !== undefined) this.#taking(commons, level, () => strategy.started?.(origin, now));
  }

  #noteTogether(commons: Commons, level: Level, pool: Pool, request: RequestInfo, now: number): void {
    this.#taking(commons, level, () => this.#strategyFor(level).explain?.(pool, request, now, this.#comparison));
  }

  #tellTogether(commons: Commons, origin: Origin, outcome: Outcome, times: AttemptTimes, now: number): void {
    const { level } = origin;
    const seen = this.#seen(origin);
    if (level) this.#taking(commons, level, () => this.#strategyFor(level).finished?.(seen, outcome, times, now));
  }

  /** Does something with a level's strategy that takes its turns together with those of other threads. */
  #taking<Result>(commons: Commons, level: Level, act: () => Result): Result {
    const strategy = this.#strategyFor(level);
    if (strategy.takeOver === undefined) return act();
    commons.enter();
    try {
      const turns = commons.turns(this.#strategies, level.priority);
      const { all } = this.#stale?.poolOf(level) ?? level;
      strategy.takeOver(turns, all);
      const result = act();
      strategy.handOver?.(turns, all);
      return result;
    } finally {
      commons.leave();
    }
  }

  #serves(level: Level, pool: Pool, request: RequestInfo): boolean {
    return pool.available.length > 0 && (this.#strategyFor(level).serves?.(pool, request) ?? true);
  }

  /** The origin as strategies know it. */
  #seen(origin: Origin): Candidate {
    return this.#stale === undefined ? origin : this.#stale.of(origin);
  }

  #strategyFor(level: Level): Strategy {
    return level.strategy ?? this.#strategyMade(level);
  }

  #strategyMade(level: Level): Strategy {
    const strategy = createStrategy(this.#spec);
    level.strategy = strategy;
    return strategy;
  }
}
