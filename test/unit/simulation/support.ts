import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { readLabText } from '../../../src/protocol/lab-file.ts';
import type { LabResult, StrategyResult } from '../../../src/simulation/result.ts';
import { LabRunner, type RunPlan } from '../../../src/simulation/runner.ts';

/** A lab out of the lines of its file, version aside. */
export function labOf(...lines: readonly string[]): LabDefinition {
  return readLabText(['evenkeel: 1', 'name: Test', ...lines].join('\n'));
}

/** Runs a plan to its end. */
export function run(lab: LabDefinition, plan: RunPlan = {}): LabResult {
  const runner = new LabRunner(lab, plan);
  while (!runner.done) runner.work(1_000_000);
  return runner.result();
}

/** The result of the lab's own strategy. */
export function resultOf(lab: LabDefinition, plan: RunPlan = {}): StrategyResult {
  const [result] = run(lab, plan).results;
  if (!result) throw new Error('no result');
  return result;
}
