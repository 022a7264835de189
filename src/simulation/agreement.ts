import { student95 } from './confidence.ts';

/** Figures of one run, live or simulated. Shares and failures 0–1, times in ms; undefined where nothing could be measured. */
export interface ComparedFigures {
  readonly shares: ReadonlyMap<string, number>;
  readonly failed: number;
  readonly latency: Readonly<Record<ComparedTime, number | undefined>>;
}

export const COMPARED_TIMES = ['mean', 'p50', 'p90', 'p95', 'p99'] as const;
export type ComparedTime = (typeof COMPARED_TIMES)[number];

/** How one figure of the live lab compares with the simulated one. */
export interface AgreementRow {
  /** `share of A`, `failed`, `mean` … */
  readonly figure: string;
  readonly unit: 'share' | 'ms';
  readonly live: number;
  /** The mean of the simulated runs. */
  readonly simulated: number;
  readonly difference: number;
  /** ± how much one more run of that length differs from the simulated mean by chance, in 95 of 100 cases. */
  readonly noise: number;
  /** `noise`: chance explains it; `close`: no more than the tolerance; `differs`: neither. */
  readonly verdict: 'noise' | 'close' | 'differs';
}

/** A real machine answers no percentile to the millisecond: what is this close agrees, whatever chance would allow. */
export const TOLERANCE = { share: 0.02, time: 0.1 } as const;

/**
 * Sets a live run beside several simulated ones of the same length, each with another seed. The noise is the half width of the 95 %
 * prediction interval for one more run, t · s · √(1 + 1/n) (Hahn and Meeker, Statistical Intervals, ch. 4.7).
 * @param runs at least two
 */
export function agreement(live: ComparedFigures, runs: readonly ComparedFigures[]): AgreementRow[] {
  const rows: AgreementRow[] = [];
  const add = (figure: string, unit: 'share' | 'ms', of: (figures: ComparedFigures) => number | undefined): void => {
    const measured = of(live);
    const values = runs.map(of).filter((value) => value !== undefined);
    if (measured === undefined || values.length < 2) return;
    rows.push(compared(figure, unit, measured, values));
  };
  const names = new Set([...live.shares.keys(), ...runs.flatMap(({ shares }) => [...shares.keys()])]);
  for (const name of names) add(`share of ${name}`, 'share', ({ shares }) => shares.get(name) ?? 0);
  add('failed', 'share', ({ failed }) => failed);
  for (const time of COMPARED_TIMES) add(time, 'ms', ({ latency }) => latency[time]);
  return rows;
}

function compared(figure: string, unit: 'share' | 'ms', live: number, values: readonly number[]): AgreementRow {
  const count = values.length;
  const simulated = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - simulated) ** 2, 0) / (count - 1);
  const noise = student95(count - 1) * Math.sqrt(variance * (1 + 1 / count));
  const difference = live - simulated;
  const tolerance = unit === 'share' ? TOLERANCE.share : TOLERANCE.time * simulated;
  const size = Math.abs(difference);
  const verdict = size <= noise ? 'noise' : size <= tolerance ? 'close' : 'differs';
  return { figure, unit, live, simulated, difference, noise, verdict };
}
