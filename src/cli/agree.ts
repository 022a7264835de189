import { setImmediate as breathe } from 'node:timers/promises';
import type { LabDefinition } from '../protocol/lab.ts';
import { parseDuration } from '../protocol/units.ts';
import {
  type AgreementRow,
  agreement,
  type ComparedFigures,
  distanceToTwin,
  figuresOfResult,
  toleranceOf,
} from '../simulation/agreement.ts';
import type { Measures } from '../simulation/measures.ts';
import type { StrategyResult } from '../simulation/result.ts';
import { LabRunner, warmupOf } from '../simulation/runner.ts';
import { loadLab } from './lab-source.ts';
import { runLive } from './live-run.ts';
import { bad, parseOptions } from './options.ts';
import { ProcessorUse } from './processor-use.ts';
import { Progress } from './progress.ts';
import { wholeNumber } from './run-plan.ts';
import { stopSignal } from './stop-signal.ts';
import type { Subcommand } from './subcommand.ts';
import { textTable } from './text-table.ts';

const OPTIONS = {
  duration: { example: '60s' },
  warmup: { example: '5s' },
  replications: { example: '10' },
  json: 'flag',
} as const;
/** Of a lab that does not say how long it runs, ms. */
const USUAL_DURATION = 30_000;
/** Simulated runs with other seeds than the live one's: enough to know how far chance goes. */
const USUAL_RUNS = 20;
const SLICE = 20_000;

export const agree: Subcommand = {
  help: `evenkeel agree LAB.yaml

Runs the lab live, then simulates it, and sets the figures side by side: do they agree?
Both meet the same arrivals, drawn from the lab's seed, so a figure agrees that is off by no more than 2 points
of a share or 10 % of a time; of p95 and p99 by 5 ms more, as a real machine makes some requests in a hundred wait.
Simulated runs with other seeds say how far chance takes a figure: timers that are a millisecond late may send requests
elsewhere. Ends with 1 when a figure differs by more than all that explains.
Best on a machine that has nothing else to do.

  --duration 60s       how long to run it live (default: the lab's, else 30s)
  --warmup 5s          requests before that do not count (default: 10s, or a tenth of a short run)
  --replications N     simulated runs with other seeds, for chance (default: ${USUAL_RUNS})
  --json               one JSON object`,

  async run(args) {
    const { flags, values, positionals } = parseOptions(args, OPTIONS, 1);
    const [file] = positionals;
    if (file === undefined) throw bad('Which lab file? Write evenkeel agree LAB.yaml.');
    const lab = await loadLab(file);
    if (!lab) return 2;
    if ('off' in lab.traffic)
      throw bad('The lab has no traffic, so there is nothing to compare; give it open or closed.');
    const duration =
      values.duration === undefined ? (lab.duration ?? USUAL_DURATION) : parseDuration(values.duration, '--duration');
    const warmup = values.warmup === undefined ? warmupOf(duration) : parseDuration(values.warmup, '--warmup');
    if (!(warmup < duration)) throw bad('The warm-up must be shorter than the run, or nothing is left to measure.');
    const runs =
      values.replications === undefined ? USUAL_RUNS : wholeNumber(values.replications, '--replications', 2, 1000);
    const stopped = { yet: false };
    stopSignal().then(() => {
      stopped.yet = true;
    });
    const use = new ProcessorUse();
    const live = await runLive(lab, duration, [[warmup, duration]], stopped);
    const busy = use.share;
    const [measures] = live?.windows ?? [];
    if (live === undefined || measures === undefined) return stoppedEarly();
    const [twin, ...others] = await simulated(lab, duration, warmup, runs, stopped);
    if (stopped.yet || twin === undefined) return stoppedEarly();
    const rows = agreement(figuresOf(measures, live.origins), others.map(figuresOfResult), figuresOfResult(twin));
    const agrees = rows.every(({ verdict }) => verdict !== 'differs');
    if (flags.has('json')) {
      console.log(
        JSON.stringify({
          lab: lab.name,
          duration_s: duration / 1000,
          requests: measures.offered,
          twin: { requests: twin.offered, ...distanceToTwin(rows) },
          missed: live.missed,
          processors_busy: Number.isNaN(busy) ? null : Number(busy.toFixed(3)),
          agrees,
          rows,
        }),
      );
    } else {
      const title = `${lab.name}: ${measures.offered} requests live, ${twin.offered} simulated`;
      console.log(text(title, { missed: live.missed, busy, others: others.length }, rows, agrees));
    }
    return agrees ? 0 : 1;
  },
};

/** Half a run says nothing about a whole one. */
function stoppedEarly(): number {
  console.error('Stopped before its end, so there is nothing to compare yet.');
  return 1;
}

/** The run with the lab's own seed, then `runs` with others. */
async function simulated(
  lab: LabDefinition,
  duration: number,
  warmup: number,
  runs: number,
  stopped: { readonly yet: boolean },
): Promise<StrategyResult[]> {
  const progress = new Progress(`Simulating ${lab.name}`);
  const all: StrategyResult[] = [];
  for (let run = 0; run <= runs && !stopped.yet; run++) {
    const runner = new LabRunner(lab, { duration, warmup, seed: (lab.seed + run) >>> 0 });
    while (!runner.done && !stopped.yet) {
      runner.work(SLICE);
      progress.tell((run + runner.progress) / (runs + 1));
      await breathe();
    }
    all.push(...runner.result().results);
  }
  progress.end();
  return all;
}

function figuresOf(measures: Measures, names: readonly string[]): ComparedFigures {
  const { latency, offered, failed, rejected } = measures;
  const requests = names.map((_, place) => measures.origin(place).requests);
  const all = requests.reduce((sum, count) => sum + count, 0);
  const at = (q: number): number | undefined => (latency.count === 0 ? undefined : latency.quantile(q));
  return {
    shares: new Map(names.map((name, place) => [name, all === 0 ? 0 : (requests[place] ?? 0) / all])),
    failed: offered === 0 ? 0 : (failed + rejected) / offered,
    latency: {
      mean: latency.count === 0 ? undefined : latency.mean,
      p50: at(0.5),
      p90: at(0.9),
      p95: at(0.95),
      p99: at(0.99),
    },
  };
}

const VERDICTS = { noise: 'within chance', close: 'close', differs: 'DIFFERS' } as const;
/** Of what is as near to the run with the same seed as it has to be. */
const NEAR = 'agrees';

/** The share (0–1) of the processors' time from which on requests wait for one. */
const BUSY = 0.8;

function text(
  title: string,
  { missed, busy, others }: { readonly missed: number; readonly busy: number; readonly others: number },
  rows: readonly AgreementRow[],
  agrees: boolean,
): string {
  const table = rows.map(({ figure, unit, live, simulated: mean, noise, verdict, twin = Number.NaN }) => {
    const plain = (value: number): string =>
      unit === 'share' ? (value * 100).toFixed(1) : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
    const words = (value: number): string => `${plain(value)} ${unit === 'share' ? '%' : 'ms'}`;
    const allowed = toleranceOf({ figure, unit }, twin);
    const apart = Math.abs(live - twin);
    return [
      figure,
      words(live),
      words(twin),
      `${live < twin ? '−' : '+'}${words(apart)}`,
      `± ${words(allowed)}`,
      `${plain(mean)} ± ${words(noise)}`,
      apart <= allowed ? NEAR : VERDICTS[verdict],
    ];
  });
  const { shares, mean } = distanceToTwin(rows);
  return [
    title,
    textTable([['', 'live', 'simulated', 'difference', 'allowed', 'other seeds', ''], ...table]),
    `With the same arrivals, live and simulated shares are at most ${(shares * 100).toFixed(1)} points apart${
      mean === undefined ? '' : `, the means ${(mean * 100).toFixed(1)} %`
    }.`,
    `Other seeds: the mean of ${others} simulated runs, and how far chance takes one run from it.`,
    ...(missed > 0 ? [`${missed} attempts came too fast to be counted.`] : []),
    ...(busy >= BUSY
      ? [
          `This machine's processors were ${Math.round(busy * 100)} % busy meanwhile, with the lab and all else: live answers waited for them.`,
        ]
      : []),
    ...(rows.some(({ unit, verdict, live, twin = live }) => unit === 'ms' && verdict === 'differs' && live > twin)
      ? [
          'A real machine adds a millisecond or two to each answer, and more to the slowest: much where service is short.',
        ]
      : []),
    agrees ? 'Live and simulated agree.' : 'Live and simulated do not agree.',
  ].join('\n');
}
