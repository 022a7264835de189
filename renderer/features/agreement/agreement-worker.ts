import { agreement, type ComparedFigures, figuresOfResult } from '../../../src/simulation/agreement.ts';
import { LabRunner } from '../../../src/simulation/runner.ts';
import type { FromWorker, SimulationOrder } from './agreement-store.ts';

/** The simulations that a live measurement is set beside, away from the page. Given an order, it answers once. */

const say = (message: FromWorker): void => self.postMessage(message);

self.onmessage = ({ data }: MessageEvent<SimulationOrder>): void => {
  const { lab, warmup, duration, runs, live } = data;
  const figures: ComparedFigures[] = [];
  let unstable = false;
  for (let run = 0; run < runs; run++) {
    const runner = new LabRunner(lab, { duration, warmup, seed: (lab.seed + run) >>> 0 });
    while (!runner.done) runner.work(1_000_000);
    const [result] = runner.result().results;
    if (!result) continue;
    unstable ||= result.unstable !== undefined;
    figures.push(figuresOfResult(result));
  }
  say({ rows: agreement(live, figures), unstable });
};
