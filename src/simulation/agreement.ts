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
  /** `noise`: chance explains it; `close`: chance and the tolerance together do, or it is near its twin; `differs`: nothing does. */
  readonly verdict: 'noise' | 'close' | 'differs';
  /** The figure of the simulated run with the live one's seed, which met the same arrivals; absent where there is none. */
  readonly twin?: number;
}

/**
 * A real machine answers no percentile to the millisecond: so much may really be different. What differs has to differ by that and by
 * chance on top, or a difference that is allowed would often be measured as one that is not.
 */
export const TOLERANCE = { share: 0.02, time: 0.1, tail: 5 } as const;

/** Of times that are alike in a simulation, real ones differ: of a hundred requests some meet a collection, or wait for a processor. */
const TAIL: ReadonlySet<string> = new Set<ComparedTime>(['p95', 'p99']);

/** By how much a figure may really differ from `expected`: 2 points of a share, 10 % of a time, 5 ms more of p95 and p99. */
export function toleranceOf({ figure, unit }: Pick<AgreementRow, 'figure' | 'unit'>, expected: number): number {
  if (unit === 'share') return TOLERANCE.share;
  return TOLERANCE.time * expected + (TAIL.has(figure) ? TOLERANCE.tail : 0);
}

/** How far the live run is from its twin, in absolute numbers: the furthest share (0–1), and the mean as a part (0–1) of the twin's. */
export function distanceToTwin(rows: readonly AgreementRow[]): {
  readonly shares: number;
  readonly mean: number | undefined;
} {
  const apart = ({ live, twin = Number.NaN }: AgreementRow): number => Math.abs(live - twin);
  const shares = rows.filter(({ unit, twin }) => unit === 'share' && twin !== undefined).map(apart);
  const mean = rows.find(({ figure }) => figure === 'mean');
  return { shares: Math.max(0, ...shares), mean: mean?.twin === undefined ? undefined : apart(mean) / mean.twin };
}

/**
 * Sets a live run beside several simulated ones of the same length, each with another seed. The noise is the half width of the
 * prediction interval for one more run, t · s · √(1 + 1/n) (Hahn and Meeker, Statistical Intervals, ch. 4.7), at a confidence that
 * lets all the figures together be within theirs in 95 of 100 runs (Bonferroni): with ten figures each at 95 %, two runs in five
 * would differ somewhere.
 *
 * A run with the live one's own seed, its twin, is the better measure: both met the same arrivals, so most of chance is in both and
 * cancels. How much of it remains no simulation can say (a millisecond that a timer is late may send a request elsewhere), so the
 * twin decides in one direction only: what is as near to it as the tolerance agrees, what is not may still be chance.
 * @param runs at least two, none with the live run's seed where there is a twin
 */
export function agreement(
  live: ComparedFigures,
  runs: readonly ComparedFigures[],
  twin?: ComparedFigures,
): AgreementRow[] {
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
    return value === undefined || values.length < 2 ? [] : [{ figure, unit, value, values, same: twin && of(twin) }];
  });
  const confidence = 1 - 0.05 / measured.length;
  return measured.map((each) => compared(each, confidence));
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

/** @param measured.same what the twin has */
function compared(
  {
    figure,
    unit,
    value: live,
    values,
    same,
  }: {
    readonly figure: string;
    readonly unit: AgreementRow['unit'];
    readonly value: number;
    readonly values: readonly number[];
    readonly same: number | undefined;
  },
  confidence: number,
): AgreementRow {
  const count = values.length;
  const simulated = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - simulated) ** 2, 0) / (count - 1);
  const noise = student(count - 1, confidence) * Math.sqrt(variance * (1 + 1 / count));
  const difference = live - simulated;
  const size = Math.abs(difference);
  const near = same !== undefined && Math.abs(live - same) <= toleranceOf({ figure, unit }, same);
  const close = near || size <= noise + toleranceOf({ figure, unit }, simulated);
  const verdict = size <= noise ? 'noise' : close ? 'close' : 'differs';
  return { figure, unit, live, simulated, difference, noise, verdict, ...(same !== undefined && { twin: same }) };
}
