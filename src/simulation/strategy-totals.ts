import { Histogram } from '../core/histogram.ts';
import type { StrategySpec } from '../core/strategy.ts';
import { isSpawned, type LabDefinition } from '../protocol/lab.ts';
import { meanInterval } from './confidence.ts';
import type { StrategyResult } from './result.ts';
import type { Simulation } from './simulation.ts';
import { instability } from './stability.ts';
import { theoryOf } from './theory/theory-of.ts';

interface OriginTotals {
  requests: number;
  failed: number;
  answers: number;
  time: number;
  busy: number;
}

/** One strategy's runs added up. */
export class StrategyTotals {
  readonly #lab: LabDefinition;
  readonly #strategy: StrategySpec;
  readonly #latency = new Histogram();
  readonly #means: number[] = [];
  readonly #origins: readonly OriginTotals[];
  #interval: readonly [number, number] | undefined;
  #counts = { offered: 0, completed: 0, failed: 0, rejected: 0, retried: 0 };
  #area = 0;
  /** ms that were measured. */
  #span = 0;
  #unstable: string | undefined;

  constructor(lab: LabDefinition, strategy: StrategySpec) {
    this.#lab = lab;
    this.#strategy = strategy;
    this.#origins = lab.origins.map(() => ({ requests: 0, failed: 0, answers: 0, time: 0, busy: 0 }));
  }

  /** Of a run that is over, or as far as it has come. */
  add(run: Simulation): void {
    const { measures } = run;
    for (const name of ['offered', 'completed', 'failed', 'rejected', 'retried'] as const) {
      this.#counts[name] += measures[name];
    }
    this.#latency.merge(measures.latency);
    if (measures.latency.count > 0) this.#means.push(measures.latency.mean);
    this.#interval = measures.batches.interval();
    const [from, to = run.state()] = run.marks;
    if (from) {
      this.#area += to.area - from.area;
      this.#span += to.at - from.at;
    }
    this.#origins.forEach((totals, index) => {
      const { requests, failed, answers, time } = measures.origin(index);
      totals.requests += requests;
      totals.failed += failed;
      totals.answers += answers;
      totals.time += time;
      if (from) totals.busy += (to.busy[index] ?? 0) - (from.busy[index] ?? 0);
    });
    this.#unstable ??= instability(run);
  }

  /** These and one more run; these stay as they are. */
  with(run: Simulation): StrategyTotals {
    const sum = new StrategyTotals(this.#lab, this.#strategy);
    sum.#latency.merge(this.#latency);
    sum.#means.push(...this.#means);
    sum.#counts = { ...this.#counts };
    sum.#area = this.#area;
    sum.#span = this.#span;
    sum.#unstable = this.#unstable;
    this.#origins.forEach((totals, index) => {
      Object.assign(sum.#origins[index] as OriginTotals, totals);
    });
    sum.add(run);
    return sum;
  }

  result(): StrategyResult {
    const latency = this.#latency;
    const runs = this.#means.length;
    // An unstable lab has no mean to be sure of.
    const interval = this.#unstable !== undefined ? undefined : runs > 1 ? meanInterval(this.#means) : this.#interval;
    const theory = theoryOf(this.#lab, this.#strategy);
    const attempts = this.#origins.reduce((sum, { requests }) => sum + requests, 0);
    return {
      strategy: this.#strategy.use,
      ...this.#counts,
      latency_ms: {
        mean: time(latency.mean),
        p50: time(latency.quantile(0.5)),
        p90: time(latency.quantile(0.9)),
        p95: time(latency.quantile(0.95)),
        p99: time(latency.quantile(0.99)),
        max: time(latency.max),
        mean_ci95: interval ? [rounded(interval[0], 3), rounded(interval[1], 3)] : null,
      },
      in_system: rounded(this.#span > 0 ? this.#area / this.#span : 0, 4),
      origins: this.#origins.map(({ requests, failed, answers, time: sum, busy }, index) => ({
        name: this.#lab.origins[index]?.name ?? '',
        requests,
        share: rounded(attempts > 0 ? requests / attempts : 0, 6),
        failed,
        utilization: rounded(this.#utilization(index, busy), 6),
        latency_ms: { mean: time(sum / answers) },
      })),
      ...(theory && { theory: { model: theory.model, kind: theory.kind, mean_ms: time(theory.mean) } }),
      ...(this.#unstable !== undefined && { unstable: this.#unstable }),
    };
  }

  #utilization(index: number, busy: number): number {
    const origin = this.#lab.origins[index];
    if (origin === undefined || !isSpawned(origin) || origin.service.workers === 'unlimited') return 0;
    return this.#span > 0 ? busy / (this.#span * origin.service.workers) : 0;
  }
}

/** ms to a thousandth; null for none. */
function time(ms: number): number | null {
  return Number.isFinite(ms) ? rounded(ms, 3) : null;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
