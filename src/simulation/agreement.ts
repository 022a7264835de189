import { student } from './confidence.ts';
import type { StrategyResult } from './result.ts';

/** Figures of one run, live or simulated. Shares and failures 0–1, times in ms; undefined where nothing could be measured. */
export interface ComparedFigures {
  readonly shares: ReadonlyMap<string, number>;
  readonly failed: number;
  readonly latency: Readonly<Record<ComparedTime, number | undefined>>;
}

export const COMPARED_TIMES = ['mean', 'p50', 'p90', 'p95', 'p99'] as const;
type ComparedTime = (typeof COMPARED_TIMES)[number];

/** How one figure of the live lab compares with the simulated one. */
export interface AgreementRow {
  /** `share of A`, `failed`, `mean` … */
  readonly figure: string;
  readonly unit: 'share' | 'ms';
  readonly live: number;
  /** The mean of the simulated runs. */
  readonly simulated: number;
  readonly difference: number;
  /** ± how much one more run of that length differs from the simulated mean by chance; in 95 of 100 runs no figure differs by more. */
  readonly noise: number;
  /** `noise`: chance explains it; `close`: chance and the tolerance together do; `differs`: neither. */
  readonly verdict: 'noise' | 'close' | 'differs';
}

/**
 * A real machine answers no percentile to the millisecond: so much may really be different. What differs has to differ by that and by
 * chance on top, or a difference that is allowed would often be measured as one that is not.
 */
export const TOLERANCE = { share: 0.02, time: 0.1 } as const;

/**
 * Sets a live run beside several simulated ones of the same length, each with another seed. The noise is the half width of the
 * prediction interval for one more run, t · s · √(1 + 1/n) (Hahn and Meeker, Statistical Intervals, ch. 4.7), at a confidence that
 * lets all the figures together be within theirs in 95 of 100 runs (Bonferroni): with ten figures each at 95 %, two runs in five
 * would differ somewhere.
 * @param runs at least two
 */
export function agreement(live: ComparedFigures, runs: readonly ComparedFigures[]): AgreementRow[] {
  const names = new Set([...live.shares.keys(), ...runs.flatMap(({ shares }) => [...shares.keys()])]);
  const figures: [figure: string, unit: 'share' | 'ms', of: (figures: ComparedFigures) => number | undefined][] = [
    ...[...names].map((name): (typeof figures)[number] => [
      `share of ${name}`,
      'share',
      ({ shares }) => shares.get(name) ?? 0,
    ]),
    ['failed', 'share', ({ failed }) => failed],
    ...COMPARED_TIMES.map((time): (typeof figures)[number] => [time, 'ms', ({ latency }) => latency[time]]),
  ];
  const measured = figures.flatMap(([figure, unit, of]) => {
    const value = of(live);
    const values = runs.map(of).filter((each) => each !== undefined);
    return value === undefined || values.length < 2 ? [] : [{ figure, unit, value, values }];
  });
  const confidence = 1 - 0.05 / measured.length;
  return measured.map(({ figure, unit, value, values }) => compared(figure, unit, value, values, confidence));
}

/** A simulated run's figures. */
export function figuresOfResult({ origins, offered, failed, rejected, latency_ms }: StrategyResult): ComparedFigures {
  const { mean, p50, p90, p95, p99 } = latency_ms;
  const known = (value: number | null): number | undefined => value ?? undefined;
  return {
    shares: new Map(origins.map(({ name, share }) => [name, share])),
    failed: offered === 0 ? 0 : (failed + rejected) / offered,
    latency: { mean: known(mean), p50: known(p50), p90: known(p90), p95: known(p95), p99: known(p99) },
  };
}

function compared(
  figure: string,
  unit: 'share' | 'ms',
  live: number,
  values: readonly number[],
  confidence: number,
): AgreementRow {
  const count = values.length;
  const simulated = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - simulated) ** 2, 0) / (count - 1);
  const noise = student(count - 1, confidence) * Math.sqrt(variance * (1 + 1 / count));
  const difference = live - simulated;
  const tolerance = unit === 'share' ? TOLERANCE.share : TOLERANCE.time * simulated;
  const size = Math.abs(difference);
  const verdict = size <= noise ? 'noise' : size <= noise + tolerance ? 'close' : 'differs';
  return { figure, unit, live, simulated, difference, noise, verdict };
}
