import { meanTime } from '../../../src/core/service.ts';
import { isSpawned, type LabDefinition } from '../../../src/protocol/lab.ts';
import { LabRunner } from '../../../src/simulation/runner.ts';
import type { Comparison, ComparisonPlan, CrowdSeries, FromWorker, KneePoint } from './comparison.ts';
import type { Contestant } from './contestants.ts';
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

function compare(plan: ComparisonPlan): Comparison {
  const { contestants, seed, duration, replications } = plan;
  const capacity = capacityOf((contestants[0] as Contestant).lab);
  const main = capacity === undefined ? 1 : 1 - KNEE_PART;
  const tell = (place: number, part: number, from: number, whole: number): void =>
    say({ progress: from + (whole * (place + part)) / contestants.length });
  const runners = contestants.map(({ lab, strategy }, place) => {
    const runner = new LabRunner(lab, { strategies: [strategy], seed, duration, replications, series: true });
    while (!runner.done) {
      runner.work(SLICE);
      tell(place, runner.progress, 0, main);
    }
    return runner;
  });
  const knee =
    capacity === undefined
      ? undefined
      : contestants.map((each, place) => kneeOf(each, seed, capacity, (part) => tell(place, part, main, KNEE_PART)));
  const undisturbed = contestants.map(({ lab, strategy }) => ({
    strategy,
    at: (load: number) => loaded(lab, load * (capacity ?? 0)),
  }));
  return {
    plan,
    results: runners.flatMap((runner) => runner.result().results),
    series: runners.map(crowd),
    knee,
    theory: capacity === undefined ? [] : theoryLines(undisturbed),
  };
}

/** The lab at so many requests/s, undisturbed. */
function loaded(lab: LabDefinition, rate: number): LabDefinition {
  const { traffic } = lab;
  if (!('open' in traffic)) return lab;
  const arrivals = rate / (traffic.fanOut ?? 1);
  return { ...lab, faults: [], traffic: { ...traffic, open: { ...traffic.open, rate: arrivals } } };
}

function crowd(runner: LabRunner): CrowdSeries {
  const columns = runner.series(0)?.since(0);
  if (!columns) return { step: 1000, inSystem: [] };
  const inSystem = Array.from(columns.offered, (_, step) =>
    columns.origins.reduce((sum, { inFlight }) => sum + (inFlight[step] ?? 0), 0),
  );
  return { step: columns.step, inSystem };
}

/** A contestant under loads from a third of its capacity to nearly all of it. */
function kneeOf(
  { lab, strategy }: Contestant,
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
