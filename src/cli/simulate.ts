import { setImmediate as breathe } from 'node:timers/promises';
import { normaliseSpec, STRATEGIES } from '../core/strategies/registry.ts';
import type { StrategySpec } from '../core/strategy.ts';
import { isSpawned, type LabDefinition } from '../protocol/lab.ts';
import { parseDuration } from '../protocol/units.ts';
import type { LabResult } from '../simulation/result.ts';
import { LabRunner, type RunPlan } from '../simulation/runner.ts';
import { loadLab } from './lab-source.ts';
import { bad, parseOptions } from './options.ts';
import { Progress } from './progress.ts';
import { resultText } from './result-text.ts';
import { stopSignal } from './stop-signal.ts';
import type { Subcommand } from './subcommand.ts';

/** Events between two looks at the signals: some 20 ms of work. */
const SLICE = 20_000;

const OPTIONS = {
  strategy: { example: 'round-robin,least-connections' },
  seed: { example: '1' },
  duration: { example: '600s' },
  warmup: { example: '10s' },
  replications: { example: '10' },
  json: 'flag',
} as const;

export const simulate: Subcommand = {
  help: `evenkeel simulate LAB.yaml

Runs the lab in virtual time, with the balancer of the real one: minutes of traffic in seconds.
The same lab, seed and version give the same figures.
- reads the lab from standard input.

  --strategy a,b|all    strategies to compare (default: the lab's own)
  --seed N              another run of chance (default: the lab's)
  --duration 600s       how long, warm-up included (default: the lab's, else 600s)
  --warmup 10s          requests before that do not count (default: 10s, or a tenth of a short run)
  --replications N      that many runs per strategy, each with another seed (default: 1)
  --json                one JSON object

Ctrl+C ends it early with what it has so far.`,

  async run(args) {
    const { flags, values, positionals } = parseOptions(args, OPTIONS, 1);
    const [file] = positionals;
    if (file === undefined) throw bad('Which lab file? Write evenkeel simulate LAB.yaml.');
    const lab = await loadLab(file);
    if (!lab) return 2;
    const plan = planOf(values, lab);
    for (const note of notesOn(lab)) console.error(note);
    const { result, wall } = await runHere(lab, plan);
    if (flags.has('json')) {
      const { lab: name, seed, clock, simulated_s, ...rest } = result;
      console.log(JSON.stringify({ lab: name, seed, clock, simulated_s, wall_s: Number(wall.toFixed(3)), ...rest }));
    } else {
      console.log(resultText(result, wall));
    }
    return 0;
  },
};

/** @throws EvenkeelError `bad-argument` | `unknown-strategy` */
export function planOf(
  values: Readonly<Partial<Record<'strategy' | 'seed' | 'duration' | 'warmup' | 'replications', string>>>,
  lab: LabDefinition,
): RunPlan {
  const { strategy, seed, duration, warmup, replications } = values;
  const span = duration === undefined ? undefined : parseDuration(duration, '--duration');
  if (span !== undefined && span <= 0) throw bad('--duration must be above 0.');
  return {
    ...(strategy !== undefined && { strategies: strategiesOf(strategy, lab) }),
    ...(seed !== undefined && { seed: wholeNumber(seed, '--seed', 0, 4_294_967_295) }),
    ...(span !== undefined && { duration: span }),
    ...(warmup !== undefined && { warmup: parseDuration(warmup, '--warmup') }),
    ...(replications !== undefined && { replications: wholeNumber(replications, '--replications', 1, 10_000) }),
  };
}

/** The lab's own strategy keeps its parameters; the others have their defaults. */
export function strategiesOf(written: string, lab: LabDefinition): StrategySpec[] {
  const ids = written === 'all' ? STRATEGIES.map(({ id }) => id) : written.split(',').map((id) => id.trim());
  return [...new Set(ids)].map((id) => (id === lab.strategy.use ? lab.strategy : normaliseSpec(id)));
}

function wholeNumber(written: string, option: string, min: number, max: number): number {
  const value = Number(written);
  if (/^\d+$/.test(written) && value >= min && value <= max) return value;
  throw bad(`${option} must be a whole number from ${min} to ${max}, not ${JSON.stringify(written)}.`);
}

function notesOn(lab: LabDefinition): string[] {
  const foreign = lab.origins.filter((origin) => !isSpawned(origin)).map(({ name }) => name);
  if (foreign.length === 0) return [];
  return [
    `How ${foreign.join(', ')} would serve is not known (run by someone else): simulated as exponential 50ms with unlimited workers.`,
  ];
}

/** Runs it in this thread; a signal ends it early. */
async function runHere(lab: LabDefinition, plan: RunPlan): Promise<{ result: LabResult; wall: number }> {
  const startedAt = performance.now();
  const runner = new LabRunner(lab, plan);
  const progress = new Progress(`Simulating ${lab.name}`);
  let stopped = false;
  stopSignal().then(() => {
    stopped = true;
  });
  while (!runner.done && !stopped) {
    runner.work(SLICE);
    progress.tell(runner.progress);
    await breathe();
  }
  progress.end();
  const result = runner.result();
  return { result, wall: (performance.now() - startedAt) / 1000 };
}
