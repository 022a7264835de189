/** In what a measure is written: `50ms`, `10%`, `20/s`, 3, true, or words. */
export type MeasureUnit = 'duration' | 'share' | 'rate' | 'count' | 'truth' | 'text';

interface MeasureKind {
  readonly unit: MeasureUnit;
  /** What it is, to begin or end a sentence with. */
  readonly says: string;
  /** `of`: an origin is to be named; `over`: a time. */
  readonly needs?: 'of' | 'over';
}

/** What can be measured of a run, live or simulated: counts of the requests that arrived after the warm-up. */
export const MEASURES = {
  mean: { unit: 'duration', says: 'mean answer time' },
  p50: { unit: 'duration', says: 'answer time that half of the requests stay below' },
  p90: { unit: 'duration', says: 'answer time that 90 % of the requests stay below' },
  p95: { unit: 'duration', says: 'answer time that 95 % of the requests stay below' },
  p99: { unit: 'duration', says: 'answer time that 99 % of the requests stay below' },
  max: { unit: 'duration', says: 'longest answer time' },
  slower: { unit: 'share', says: 'share of the requests that took longer', needs: 'over' },
  'page-mean': { unit: 'duration', says: 'mean time until a page has all its calls' },
  'page-p99': { unit: 'duration', says: 'time in which 99 % of the pages have all their calls' },
  'slower-pages': { unit: 'share', says: 'share of the pages that took longer', needs: 'over' },
  offered: { unit: 'count', says: 'requests that arrived' },
  completed: { unit: 'count', says: 'requests that were answered' },
  failures: { unit: 'count', says: 'requests that failed or were turned away' },
  failed: { unit: 'share', says: 'share of the requests that failed or were turned away' },
  retried: { unit: 'count', says: 'further tries' },
  goodput: { unit: 'rate', says: 'requests answered in time per second' },
  share: { unit: 'share', says: 'share of the attempts', needs: 'of' },
  requests: { unit: 'count', says: 'attempts', needs: 'of' },
  'largest-share': { unit: 'share', says: 'share of the busiest origin' },
  moved: { unit: 'share', says: 'share of the clients that met another origin than before' },
  'queue-growth': { unit: 'rate', says: 'growth of the queue per second', needs: 'of' },
  stable: { unit: 'truth', says: 'whether every queue stays bounded' },
  order: { unit: 'text', says: 'first origins in order' },
} as const satisfies Readonly<Record<string, MeasureKind>>;

export type MeasureName = keyof typeof MEASURES;

/** One figure of a run. */
export interface Measure {
  readonly measure: MeasureName;
  /** An origin's name, for measures that need one. */
  readonly of?: string;
  /** ms, for measures that need it. */
  readonly over?: number;
}

/** What a lab's author says will be measured, and why; `evenkeel verify` checks it. */
export interface Expectation extends Measure {
  /** What is different from the lab as written: paths such as `traffic.open.rate`, values as a lab file writes them. */
  readonly with?: Readonly<Record<string, unknown>>;
  /** ms: only requests that arrive from the first of these times to the second count. */
  readonly during?: readonly [number, number];
  /** Runs with different seeds, whose mean is taken; default 1. */
  readonly runs?: number;
  /** Bounds, both included, in ms, 0–1, 1/s or a count. */
  readonly min?: number;
  readonly max?: number;
  /** In place of bounds: `stable` true or false, `order` the names with spaces in between. */
  readonly is?: boolean | string;
  readonly because: string;
  /** Whether it can be measured live, too: within the lab's duration, and without what is only simulated. Default true. */
  readonly live?: boolean;
}
