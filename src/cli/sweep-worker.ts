import { parentPort } from 'node:worker_threads';
import type { LabDefinition } from '../protocol/lab.ts';
import type { StrategyResult } from '../simulation/result.ts';
import { LabRunner, type RunPlan } from '../simulation/runner.ts';

/** One run of a sweep, as its worker gets it. */
export interface SweepTask {
  readonly number: number;
  readonly lab: LabDefinition;
  readonly plan: RunPlan;
}

export interface SweepAnswer {
  readonly number: number;
  readonly result: StrategyResult;
}

const SLICE = 1_000_000;

parentPort?.on('message', ({ number, lab, plan }: SweepTask) => {
  const runner = new LabRunner(lab, plan);
  while (!runner.done) runner.work(SLICE);
  const [result] = runner.result().results;
  if (result) parentPort?.postMessage({ number, result } satisfies SweepAnswer);
});
