import type { Origin } from './origin.ts';
import type { OriginPool } from './origin-pool.ts';
import type { Rng } from './rng.ts';
import { createStrategy, normaliseSpec, strategyDefinition } from './strategies/registry.ts';
import type { AttemptTimes, Figure, Outcome, Pool, RequestInfo, Strategy, StrategySpec } from './strategy.ts';
import { type OtherChoice, WhatIf } from './what-if.ts';

/** The strategy in use over the origins there are: asks it, tells it, and says what it and others compare. */
export class Chooser {
  readonly #pool: OriginPool;
  readonly #rng: Rng;
  #spec: StrategySpec;
  #strategy: Strategy;
  /** Only where somebody has asked. */
  #whatIf: WhatIf | undefined;

  /** @throws EvenkeelError `unknown-strategy` or `bad-argument` */
  constructor(pool: OriginPool, spec: StrategySpec, rng: Rng) {
    this.#pool = pool;
    this.#rng = rng;
    this.#spec = normaliseSpec(spec);
    this.#strategy = createStrategy(this.#spec);
    pool.followWeights(this.#followsWeights);
  }

  get spec(): StrategySpec {
    return this.#spec;
  }

  /** @throws EvenkeelError `unknown-strategy` or `bad-argument`; then the strategy stays as it was */
  setSpec(spec: StrategySpec): void {
    const normal = normaliseSpec(spec);
    this.#strategy = createStrategy(normal);
    this.#spec = normal;
    this.#pool.followWeights(this.#followsWeights);
  }

  /**
   * Undefined when no available origin may serve the request.
   * @param tried names of the origins to choose only when there are no others
   */
  choose(request: RequestInfo, now: number, tried: ReadonlySet<string> | undefined): Origin | undefined {
    const pool = this.#pool;
    if (pool.available.length === 0) return undefined;
    // Those that warm up are left out of some choices, where their weight says nothing.
    const cold = this.#followsWeights ? undefined : pool.drawCold(this.#rng);
    return (
      (cold && this.#chooseWithout(tried ? new Set([...tried, ...cold]) : cold, request, now)) ??
      (tried && this.#chooseWithout(tried, request, now)) ??
      (this.#strategy.choose(pool, request, now, this.#rng) as Origin | undefined)
    );
  }

  #chooseWithout(names: ReadonlySet<string>, request: RequestInfo, now: number): Origin | undefined {
    const pool = this.#pool.without(names);
    return pool && (this.#strategy.choose(pool, request, now, this.#rng) as Origin | undefined);
  }

  get #followsWeights(): boolean {
    return strategyDefinition(this.#spec.use).followsWeights?.(this.#spec) ?? false;
  }

  /** Whether any available origin of a pool may serve the request. */
  serves(pool: Pool, request: RequestInfo): boolean {
    return pool.available.length > 0 && (this.#strategy.serves?.(pool, request) ?? true);
  }

  queueChanged(origin: Origin): void {
    this.#strategy.queueChanged?.(origin);
    this.#whatIf?.queueChanged(origin);
  }

  started(origin: Origin, now: number): void {
    this.#strategy.started?.(origin, now);
    this.#whatIf?.started(origin, now);
  }

  finished(origin: Origin, outcome: Outcome, times: AttemptTimes, now: number): void {
    this.#strategy.finished?.(origin, outcome, times, now);
    this.#whatIf?.finished(origin, outcome, times, now);
  }

  /** What the strategy would compare for this request now, for every origin in the lab's order; changes nothing. */
  explain(request: RequestInfo, now: number): { origin: string; available: boolean; figures: Figure[] }[] {
    const figures = this.#pool.available.length > 0 ? this.#strategy.explain?.(this.#pool, request, now) : undefined;
    return this.#pool.all.map((origin) => ({
      origin: origin.name,
      available: origin.available,
      figures: figures?.get(origin) ?? [],
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
}
