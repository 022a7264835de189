import { meanTime } from '../../../src/core/service.ts';
import type { StrategySpec } from '../../../src/core/strategy.ts';
import { isSpawned, type LabDefinition } from '../../../src/protocol/lab.ts';
import { LabRunner } from '../../../src/simulation/runner.ts';
import type { ComparisonPlan, CrowdSeries, FromWorker, KneePoint } from './comparison.ts';
import { theoryLines } from './theory-lines.ts';

/** The simulations of one comparison, away from the page. It is given a plan and answers with progress and the comparison. */

/** Events between two messages: some 50 ms of work. */
const SLICE = 50_000;
const KNEE_LOADS = [0.3, 0.5, 0.7, 0.8, 0.9, 0.95];
/** Requests of one run for the knee, so that a point is within a few percent of the truth; and its ms, at least and at most. */
const KNEE_REQUESTS = 20_000;
const KNEE_DURATION = { least: 60_000, most: 3_600_000 };
/** What part of the progress the knee is. */
const KNEE_PART = 0.4;

const say = (message: FromWorker): void => self.postMessage(message);

self.onmessage = ({ data }: MessageEvent<ComparisonPlan>): void => {
  try {
    say({ done: compare(data) });
  } catch (error) {
    say({ problem: error instanceof Error ? error.message : String(error) });
  }
};

function compare(plan: ComparisonPlan) {
  const { lab, strategies, seed, duration, replications } = plan;
  const capacity = capacityOf(lab);
  const main = capacity === undefined ? 1 : 1 - KNEE_PART;
  const runner = new LabRunner(lab, { strategies, seed, duration, replications, series: true });
  while (!runner.done) {
    runner.work(SLICE);
    say({ progress: runner.progress * main });
  }
  const knee =
    capacity === undefined
      ? undefined
      : strategies.map((strategy, index) =>
          kneeOf(lab, strategy, seed, capacity, (part) =>
            say({ progress: main + (KNEE_PART * (index + part)) / strategies.length }),
          ),
        );
  const theory = capacity === undefined ? [] : theoryLines(strategies, (load) => loaded(lab, load * capacity));
  return { plan, result: runner.result(), series: strategies.map((_, index) => crowd(runner, index)), knee, theory };
}

/** The lab at so many requests/s, undisturbed. */
function loaded(lab: LabDefinition, rate: number): LabDefinition {
  const { traffic } = lab;
  return 'open' in traffic ? { ...lab, faults: [], traffic: { ...traffic, open: { ...traffic.open, rate } } } : lab;
}

function crowd(runner: LabRunner, index: number): CrowdSeries {
  const columns = runner.series(index)?.since(0);
  if (!columns) return { step: 1000, inSystem: [] };
  const inSystem = Array.from(columns.offered, (_, step) =>
    columns.origins.reduce((sum, { inFlight }) => sum + (inFlight[step] ?? 0), 0),
  );
  return { step: columns.step, inSystem };
}

/** The lab's strategy under loads from a third of its capacity to nearly all of it. */
function kneeOf(
  lab: LabDefinition,
  strategy: StrategySpec,
  seed: number,
  capacity: number,
  tell: (part: number) => void,
): KneePoint[] {
  return KNEE_LOADS.map((load, index) => {
    const rate = load * capacity;
    const duration = Math.min(KNEE_DURATION.most, Math.max(KNEE_DURATION.least, (KNEE_REQUESTS / rate) * 1000));
    const runner = new LabRunner(loaded(lab, rate), { strategies: [strategy], seed, duration });
    while (!runner.done) {
      runner.work(SLICE);
      tell((index + runner.progress) / KNEE_LOADS.length);
    }
    const [result] = runner.result().results;
    return { load, mean: result?.unstable === undefined ? (result?.latency_ms.mean ?? null) : null };
  });
}

/** Requests/s that all origins together can serve; undefined where nothing limits them or arrivals follow the answers. */
function capacityOf({ origins, traffic }: LabDefinition): number | undefined {
  if (!('open' in traffic)) return undefined;
  let sum = 0;
  for (const origin of origins) {
    if (!isSpawned(origin) || origin.service.workers === 'unlimited') return undefined;
    sum += (origin.service.workers * 1000) / meanTime(origin.service.time);
  }
  return sum > 0 ? sum : undefined;
}
