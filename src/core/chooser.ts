import type { Origin } from './origin.ts';
import type { OriginPool } from './origin-pool.ts';
import type { Rng } from './rng.ts';
import { StaleLoads } from './stale-loads.ts';
import { createStrategy, normaliseSpec, strategyDefinition } from './strategies/registry.ts';
import type {
  AttemptTimes,
  Candidate,
  Figure,
  Outcome,
  Pool,
  RequestInfo,
  Strategy,
  StrategySpec,
} from './strategy.ts';
import { type OtherChoice, WhatIf } from './what-if.ts';

/** The strategy in use over the origins there are: asks it, tells it, and says what it and others compare. */
export class Chooser {
  readonly #pool: OriginPool;
  readonly #rng: Rng;
  #spec: StrategySpec;
  #strategy: Strategy;
  /** Whether a part of its weight gets an origin a part of its share. */
  #followsWeights = false;
  /** Only where somebody has asked. */
  #whatIf: WhatIf | undefined;
  /** Only where strategies learn of loads now and then. */
  #stale: StaleLoads | undefined;

  /** @throws EvenkeelError `unknown-strategy` or `bad-argument` */
  constructor(pool: OriginPool, spec: StrategySpec, loadInfoEvery: number, rng: Rng) {
    this.#pool = pool;
    this.#rng = rng;
    this.#spec = normaliseSpec(spec);
    this.#strategy = createStrategy(this.#spec);
    this.setLoadInfo(loadInfoEvery, 0);
    this.#followWeights();
  }

  get spec(): StrategySpec {
    return this.#spec;
  }

  /** @throws EvenkeelError `unknown-strategy` or `bad-argument`; then the strategy stays as it was */
  setSpec(spec: StrategySpec): void {
    const normal = normaliseSpec(spec);
    this.#strategy = createStrategy(normal);
    this.#spec = normal;
    this.#followWeights();
  }

  /** How often (ms) strategies learn of the origins' loads; 0: they always know them. */
  setLoadInfo(every: number, now: number): void {
    if (every === (this.#stale?.every ?? 0)) return;
    this.#stale = every === 0 ? undefined : new StaleLoads(this.#pool, every, now);
  }

  /** When (ms) `advance` has something to do; Infinity if never. */
  get nextEventAt(): number {
    return this.#stale?.nextAt ?? Number.POSITIVE_INFINITY;
  }

  advance(now: number): void {
    this.#stale?.advance(now);
  }

  /**
   * Undefined when no available origin may serve the request.
   * @param tried names of the origins to choose only when there are no others
   */
  choose(request: RequestInfo, now: number, tried: ReadonlySet<string> | undefined): Origin | undefined {
    const stale = this.#stale;
    stale?.advance(now);
    const pool = stale ?? this.#pool;
    if (pool.available.length === 0) return undefined;
    // Those that warm up are left out of some choices, where their weight says nothing.
    const cold = this.#followsWeights ? undefined : this.#pool.drawCold(this.#rng);
    const chosen =
      (cold && this.#chooseWithout(pool, tried ? new Set([...tried, ...cold]) : cold, request, now)) ??
      (tried && this.#chooseWithout(pool, tried, request, now)) ??
      this.#strategy.choose(pool, request, now, this.#rng);
    return stale && chosen ? stale.originOf(chosen) : (chosen as Origin | undefined);
  }

  #chooseWithout(
    pool: OriginPool | StaleLoads,
    names: ReadonlySet<string>,
    request: RequestInfo,
    now: number,
  ): Candidate | undefined {
    const others = pool.without(names);
    return others && this.#strategy.choose(others, request, now, this.#rng);
  }

  /** Whether any available origin of a pool may serve the request. */
  serves(pool: Pool, request: RequestInfo): boolean {
    return pool.available.length > 0 && (this.#strategy.serves?.(pool, request) ?? true);
  }

  queueChanged(origin: Origin): void {
    this.#strategy.queueChanged?.(this.#seen(origin));
    this.#whatIf?.queueChanged(origin);
  }

  started(origin: Origin, now: number): void {
    this.#strategy.started?.(this.#seen(origin), now);
    this.#whatIf?.started(origin, now);
  }

  finished(origin: Origin, outcome: Outcome, times: AttemptTimes, now: number): void {
    this.#strategy.finished?.(this.#seen(origin), outcome, times, now);
    this.#whatIf?.finished(origin, outcome, times, now);
  }

  /** What the strategy would compare for this request now, for every origin in the lab's order; changes nothing. */
  explain(request: RequestInfo, now: number): { origin: string; available: boolean; figures: Figure[] }[] {
    const pool = this.#stale ?? this.#pool;
    const figures = pool.available.length > 0 ? this.#strategy.explain?.(pool, request, now) : undefined;
    return this.#pool.all.map((origin) => ({
      origin: origin.name,
      available: origin.available,
      figures: figures?.get(this.#seen(origin)) ?? [],
    }));
  }

  /** What every other strategy would choose for this request now (see `WhatIf`); the lab goes on as if nobody had asked. */
  whatIf(request: RequestInfo, now: number): OtherChoice[] {
    if (this.#pool.available.length === 0) return [];
    this.#whatIf ??= new WhatIf();
    return this.#whatIf.others(this.#pool, request, now, this.#spec.use);
  }

  /** Each origin's share (0–1) in the long run where theory knows it, 0 for those not available; else undefined. */
  expectedShares(): ReadonlyMap<string, number> | undefined {
    const { available } = this.#pool.inRotation;
    if (available.length === 0) return undefined;
    const shares = strategyDefinition(this.#spec.use).expectedShares?.(available);
    if (shares === undefined) return undefined;
    const expected = new Map(this.#pool.all.map((origin) => [origin.name, 0]));
    available.forEach((origin, index) => {
      expected.set(origin.name, shares[index] ?? 0);
    });
    return expected;
  }

  /** The origin as strategies know it. */
  #seen(origin: Origin): Candidate {
    return this.#stale?.of(origin) ?? origin;
  }

  #followWeights(): void {
    this.#followsWeights = strategyDefinition(this.#spec.use).followsWeights?.(this.#spec) ?? false;
    this.#pool.followWeights(this.#followsWeights);
  }
}
