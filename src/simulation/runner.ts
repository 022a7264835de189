import { EvenkeelError } from '../core/errors.ts';
import { normaliseSpec } from '../core/strategies/registry.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import type { LabResult } from './result.ts';
import type { SecondSeries } from './second-series.ts';
import { Simulation } from './simulation.ts';
import { StrategyTotals } from './strategy-totals.ts';

/** Of a lab that does not say how long it runs, ms. */
export const DEFAULT_DURATION = 600_000;
/** ms; a tenth of a run that is shorter than ten times this. */
const DEFAULT_WARMUP = 10_000;

/** ms that are left out at the start of a run that does not say so. */
export function warmupOf(duration: number): number {
  return Math.min(DEFAULT_WARMUP, duration / 10);
}

/** What to run; what is left out is the lab's. Times in ms. */
export interface RunPlan {
  readonly strategies?: readonly StrategySpec[];
  readonly seed?: number;
  /** Warm-up included. */
  readonly duration?: number;
  readonly warmup?: number;
  /** Runs per strategy, each with another seed; default 1. */
  readonly replications?: number;
  /** Whether each second is kept, for charts; default false. */
  readonly series?: boolean;
}

/**
 * Runs a lab in virtual time, in slices: whoever calls `work` stays in charge of the time it takes, so a page can draw between two
 * slices and anyone can stop in the middle and take the result so far. It needs neither Node nor a page, and may run in a worker.
 */
export class LabRunner {
  readonly #lab: LabDefinition;
  readonly #plan: Required<RunPlan>;
  readonly #totals: StrategyTotals[] = [];
  #strategy = 0;
  #replication = 0;
  readonly #series: (SecondSeries | undefined)[] = [];
  #simulation: Simulation | undefined;

  /** @throws EvenkeelError `bad-argument` for a plan that makes no sense, `bad-lab` for a lab without traffic */
  constructor(lab: LabDefinition, plan: RunPlan = {}) {
    if ('off' in lab.traffic) {
      throw new EvenkeelError(
        'bad-lab',
        'The lab has no traffic, so there is nothing to simulate; give it open or closed.',
      );
    }
    const duration = plan.duration ?? lab.duration ?? DEFAULT_DURATION;
    const warmup = plan.warmup ?? warmupOf(duration);
    if (!(warmup < duration)) {
      throw new EvenkeelError(
        'bad-argument',
        'The warm-up must be shorter than the run, or nothing is left to measure.',
      );
    }
    this.#lab = lab;
    this.#plan = {
      strategies: (plan.strategies ?? [lab.strategy]).map((spec) => normaliseSpec(spec)),
      seed: plan.seed ?? lab.seed,
      duration,
      warmup,
      replications: plan.replications ?? 1,
      series: plan.series ?? false,
    };
  }

  get done(): boolean {
    return this.#strategy >= this.#plan.strategies.length;
  }

  /** 0–1. */
  get progress(): number {
    const { strategies, replications, duration } = this.#plan;
    const run = this.#simulation === undefined ? 0 : Math.min(1, this.#simulation.now / duration);
    return Math.min(1, (this.#strategy + (this.#replication + run) / replications) / strategies.length);
  }

  /** Second by second, the newest run of a strategy (its place in the plan); undefined before it began or where none was asked for. */
  series(strategy: number): SecondSeries | undefined {
    return this.#series[strategy];
  }

  /** Lets at most so many events happen: about a million take a second. */
  work(events: number): void {
    const { strategies, seed, duration, warmup, replications, series } = this.#plan;
    const strategy = strategies[this.#strategy];
    if (strategy === undefined) return;
    this.#simulation ??= new Simulation(this.#lab, {
      strategy,
      // Far apart, so that the runs of one seed are not those of the next.
      seed: (seed + this.#replication * 0x9e3779b1) >>> 0,
      duration,
      warmup,
      series,
    });
    this.#series[this.#strategy] = this.#simulation.recorder.series;
    this.#simulation.run(events);
    if (!this.#simulation.done) return;
    this.#totals[this.#strategy] = this.#totalsOf(this.#strategy, strategy).with(this.#simulation);
    this.#simulation = undefined;
    if (++this.#replication < replications) return;
    this.#replication = 0;
    this.#strategy++;
  }

  /** What there is so far: runs that are over, and of the one in progress what it has measured. Changes nothing. */
  result(): LabResult {
    const { strategies, seed, duration } = this.#plan;
    const run = this.#simulation;
    const reached = run === undefined || this.#totals.length > 0 ? duration : Math.min(duration, run.now);
    const totals = [...this.#totals];
    const strategy = strategies[this.#strategy];
    if (run && strategy) totals[this.#strategy] = this.#totalsOf(this.#strategy, strategy).with(run);
    return {
      lab: this.#lab.name,
      seed,
      clock: 'virtual',
      simulated_s: reached / 1000,
      results: totals.map((each) => each.result()),
      ...(!this.done && { interrupted: true }),
    };
  }

  #totalsOf(index: number, strategy: StrategySpec): StrategyTotals {
    return this.#totals[index] ?? new StrategyTotals(this.#lab, strategy);
  }
}
