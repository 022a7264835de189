import { createStore } from 'zustand/vanilla';
import type { Comparison, ComparisonPlan, FromWorker } from './comparison.ts';
import type { Subject } from './contestants.ts';

interface CompareState {
  readonly subject: Subject;
  /** Ids that are picked of each subject; undefined: not chosen yet. */
  readonly picked: Readonly<Partial<Record<Subject, readonly string[]>>>;
  /** Seconds of one run. */
  readonly seconds: number;
  readonly replications: number;
  readonly seed: number | undefined;
  /** Requests/s or users; undefined: the lab's. */
  readonly load: number | undefined;
  /** 0–1 while one is computed. */
  readonly progress: number | undefined;
  readonly comparison: Comparison | undefined;
  readonly problem: string | undefined;
}

/** Lasts as long as the page: leaving the view neither stops a comparison nor forgets the last one. */
export const compareStore = createStore<CompareState>(() => ({
  subject: 'strategies',
  picked: {},
  seconds: 120,
  replications: 5,
  seed: undefined,
  load: undefined,
  progress: undefined,
  comparison: undefined,
  problem: undefined,
}));

let worker: Worker | undefined;

export function startComparison(plan: ComparisonPlan): void {
  stopComparison();
  const own = new Worker(new URL('./compare-worker.ts', import.meta.url), { type: 'module', name: 'compare' });
  worker = own;
  compareStore.setState({ progress: 0, problem: undefined });
  own.onmessage = ({ data }: MessageEvent<FromWorker>): void => {
    if (worker !== own) return;
    if ('progress' in data) {
      compareStore.setState({ progress: data.progress });
      return;
    }
    stopComparison();
    compareStore.setState('done' in data ? { comparison: data.done } : { problem: data.problem });
  };
  own.onerror = (event): void => {
    event.preventDefault();
    stopComparison();
    compareStore.setState({
      problem: `The simulation could not be run: ${event.message || 'the page refused its thread'}.`,
    });
  };
  own.postMessage(plan);
}

/** What was computed before stays. */
export function stopComparison(): void {
  worker?.terminate();
  worker = undefined;
  compareStore.setState({ progress: undefined });
}
