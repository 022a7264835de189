import type { Measure } from '../protocol/measure.ts';
import type { Measures } from './measures.ts';

/** What a run, live or simulated, has to offer for figures to be made of. */
export interface RunFigures {
  readonly measures: Measures;
  /** Names of the origins, in the order of the measures' indices. */
  readonly origins: readonly string[];
  /** Share (0–1) of the clients that met another origin than before; NaN where nobody followed them. */
  readonly moved: number;
  /** Growth of each origin's queue, in 1/s. */
  readonly queueGrowth: readonly number[];
  readonly stable: boolean;
}

/** A figure of a run, in ms, 0–1, 1/s, a count, true or false, or words; NaN where nothing happened that it could be made of. */
export function figureOf(run: RunFigures, { measure, of, over = 0 }: Measure): number | boolean | string {
  const { measures, origins } = run;
  const { latency, pages, offered } = measures;
  const index = of === undefined ? -1 : origins.indexOf(of);
  const attempts = origins.map((_, each) => measures.origin(each).requests);
  const total = attempts.reduce((sum, count) => sum + count, 0);
  switch (measure) {
    case 'mean':
      return latency.mean;
    case 'p50':
    case 'p90':
    case 'p95':
    case 'p99':
      return latency.quantile(Number(measure.slice(1)) / 100);
    case 'max':
      return latency.max;
    case 'slower':
      return latency.shareAbove(over);
    case 'page-mean':
      return pages.mean;
    case 'page-p99':
      return pages.quantile(0.99);
    case 'slower-pages':
      return pages.shareAbove(over);
    case 'offered':
      return offered;
    case 'completed':
      return measures.completed;
    case 'failures':
      return measures.failed + measures.rejected;
    case 'failed':
      return (measures.failed + measures.rejected) / offered;
    case 'retried':
      return measures.retried;
    case 'goodput':
      return measures.completed / ((measures.to - measures.from) / 1000);
    case 'share':
      return (attempts[index] ?? 0) / total;
    case 'requests':
      return attempts[index] ?? 0;
    case 'largest-share':
      return Math.max(...attempts) / total;
    case 'moved':
      return run.moved;
    case 'queue-growth':
      return run.queueGrowth[index] ?? Number.NaN;
    case 'stable':
      return run.stable;
    case 'order':
      return measures.order.map((each) => origins[each]).join(' ');
  }
}
