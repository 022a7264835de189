import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { builtFolder, packageVersion } from '../host/node-ports.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { parseLabFile } from '../protocol/lab-file.ts';
import { LabRunner, type RunPlan } from '../simulation/runner.ts';
import { problemLine, readSource } from './lab-source.ts';
import { bad, parseOptions } from './options.ts';
import { Progress, timeText } from './progress.ts';
import { planOf, strategiesOf, wholeNumber } from './run-plan.ts';
import { stopSignal } from './stop-signal.ts';
import type { Subcommand } from './subcommand.ts';
import { runTasks } from './sweep-pool.ts';
import { csvHead, csvRow, finishedRuns, jsonRow, runKey } from './sweep-rows.ts';
import { Printed, TableFile } from './sweep-table.ts';
import type { SweepTask } from './sweep-worker.ts';
import { combination, combinationsOf, parseVariation, type Variation } from './variation.ts';
import { variantOf } from './verify.ts';

/** Runs from which on it is said first how long they will take. */
const MANY = 20;
/** More than anyone waits for, or has memory for the keys of. */
const MOST = 100_000;
/** Runs that are tried to find that out, and ms for each of them. */
const SAMPLES = 8;
const TRIAL = 100;
const SLICE = 20_000;

const OPTIONS = {
  vary: { example: 'traffic.open.rate=10/s..100/s' },
  steps: { example: '10' },
  strategy: { example: 'round-robin,least-connections' },
  seed: { example: '1' },
  duration: { example: '600s' },
  warmup: { example: '10s' },
  replications: { example: '10' },
  out: { example: 'results.csv' },
  threads: { example: '2' },
  json: 'flag',
} as const;

/** Labs take turns to be made, so that memory does not grow with their number. */
interface Run {
  readonly key: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly task: () => Omit<SweepTask, 'number'>;
}

export const sweep: Subcommand = {
  help: `evenkeel sweep LAB.yaml --vary traffic.open.rate=10/s..100/s

Simulates a lab for many values of something in it, over all processors. One row of CSV for each.
A range takes --steps values, a list (strategy=random,maglev) those; several --vary are combined.

  --vary PATH=VALUES    origins[D].weight=1..5, retry.attempts=1,2,3, …
  --steps 10            values of a range (default: 10)
  --strategy a,b|all    strategies to compare (default: the lab's own)
  --seed N  --duration 600s  --warmup 10s  --replications N    as for evenkeel simulate
  --out results.csv     to a file; the same command again goes on where it was interrupted
  --threads N           default: as many as there are processors
  --json                one JSON object per line instead of CSV`,

  async run(args) {
    const { flags, values, all, positionals } = parseOptions(args, OPTIONS, 1);
    const [file] = positionals;
    if (file === undefined) throw bad('Which lab file? Write evenkeel sweep LAB.yaml --vary PATH=VALUES.');
    const text = await readSource(file);
    const parsed = parseLabFile(text, file);
    if ('problems' in parsed) {
      for (const problem of parsed.problems) console.error(problemLine(file, problem));
      return 2;
    }
    const steps = values.steps === undefined ? 10 : wholeNumber(values.steps, '--steps', 1, 10_000);
    const variations = (all.vary ?? []).map((written) => parseVariation(written, steps));
    if (variations.length === 0) throw bad('What is to vary? Write --vary traffic.open.rate=10/s..100/s.');
    const plan = planOf(values, parsed.lab);
    const threads =
      values.threads === undefined ? availableParallelism() : wholeNumber(values.threads, '--threads', 1, 256);
    const grid = new Grid(text, file, variations, plan, values.strategy);
    const long =
      grid.size < MANY
        ? undefined
        : `${grid.size} runs, about ${timeText(estimate(grid, threads))} on ${threads} threads`;
    if (grid.size > MOST) throw bad(`That would be ${long}; take fewer --steps or values, ${MOST} runs at most.`);
    if (long !== undefined) console.error(`${long}.`);
    const paths = variations.map(({ path }) => path);
    return new Sweep(grid.runs(), paths, flags.has('json'), threads).run(values.out);
  },
};

/** Every combination of values under every strategy. */
class Grid {
  readonly #text: string;
  readonly #file: string;
  readonly #variations: readonly Variation[];
  readonly #plan: RunPlan;
  readonly #strategies: string | undefined;

  constructor(text: string, file: string, variations: readonly Variation[], plan: RunPlan, strategies?: string) {
    this.#text = text;
    this.#file = file;
    this.#variations = variations;
    this.#plan = plan;
    this.#strategies = strategies;
  }

  /** How many runs there are. */
  get size(): number {
    return combinationsOf(this.#variations) * this.at(0).length;
  }

  /** The runs of one combination. @throws EvenkeelError `bad-lab` | `bad-argument`, where its values make no lab */
  at(number: number): Run[] {
    const values = combination(this.#variations, number);
    const make = (): LabDefinition => variantOf(this.#text, this.#file, values);
    const lab = make();
    const specs = this.#strategies === undefined ? [lab.strategy] : strategiesOf(this.#strategies, lab);
    return specs.map((spec) => {
      const plan = { ...this.#plan, strategies: [spec] };
      const key = runKey([packageVersion(builtFolder()), lab, plan]);
      return { key, values, task: () => ({ lab: make(), plan }) };
    });
  }

  runs(): Run[] {
    return Array.from({ length: combinationsOf(this.#variations) }, (_, number) => this.at(number)).flat();
  }

  /** One run out of so many evenly spread ones. */
  sample(number: number, of: number): Run {
    const runs = this.at(Math.floor(((number + 0.5) * combinationsOf(this.#variations)) / of));
    return runs[Math.floor(((number + 0.5) * runs.length) / of) % runs.length] as Run;
  }
}

class Sweep {
  readonly #runs: readonly Run[];
  readonly #paths: readonly string[];
  readonly #json: boolean;
  readonly #threads: number;

  constructor(runs: readonly Run[], paths: readonly string[], json: boolean, threads: number) {
    this.#runs = runs;
    this.#paths = paths;
    this.#json = json;
    this.#threads = threads;
  }

  /** @param out a file; undefined: standard output. @throws EvenkeelError `bad-argument` | `storage` where it cannot be written */
  async run(out: string | undefined): Promise<number> {
    const head = csvHead(this.#paths);
    const { keys, length } =
      out === undefined ? { keys: new Set<string>(), length: 0 } : finishedRuns(out, this.#json, head);
    const todo = this.#runs.flatMap(({ key }, number) => (keys.has(key) ? [] : [number]));
    if (keys.size > 0)
      console.error(`${this.#runs.length - todo.length} of ${this.#runs.length} runs are there already.`);
    const table = out === undefined ? new Printed() : new TableFile(out, length);
    if (!this.#json && length === 0) table.add(head);
    const done = await this.#work(todo, (line) => table.add(line));
    table.close();
    if (done === todo.length) return 0;
    const goOn = out === undefined ? '' : ' The same command goes on from here.';
    console.error(`Stopped after ${done} of ${todo.length} runs.${goOn}`);
    return 1;
  }

  /** @returns how many rows were written */
  async #work(todo: readonly number[], write: (line: string) => void): Promise<number> {
    const progress = new Progress('Sweeping');
    const rows = new Map<number, string>();
    let ended = 0;
    let written = 0;
    await runTasks({
      file: join(builtFolder(), 'sweep.cjs'),
      threads: this.#threads,
      count: todo.length,
      task: (place) => {
        const number = todo[place] as number;
        return { number, ...(this.#runs[number] as Run).task() };
      },
      stopped: stopSignal(),
      // Rows come in the order of the runs, whichever ends first, so that the same sweep is the same file.
      onResult: (number, result) => {
        const { key, values } = this.#runs[number] as Run;
        rows.set(number, this.#json ? jsonRow(key, values, result) : csvRow(key, Object.values(values), result));
        progress.tell(++ended / todo.length);
        for (let next = todo[written]; next !== undefined && rows.has(next); next = todo[++written]) {
          write(rows.get(next) ?? '');
          rows.delete(next);
        }
      },
    });
    progress.end();
    return written;
  }
}

/** ms that all runs will take, out of how far some of them, evenly spread, come in a moment. */
function estimate(grid: Grid, threads: number): number {
  // The first run is slower than any other, as its code is still being compiled.
  trial(grid.sample(0, SAMPLES).task());
  let whole = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const { took, share } = trial(grid.sample(sample, SAMPLES).task());
    whole += took / share;
  }
  return ((whole / SAMPLES) * grid.size) / Math.min(threads, grid.size);
}

/** Runs a task for at most TRIAL ms. @returns ms it took, and the share of it (above 0, up to 1) that was done in them */
function trial({ lab, plan }: Omit<SweepTask, 'number'>): { readonly took: number; readonly share: number } {
  const runner = new LabRunner(lab, plan);
  const startedAt = performance.now();
  while (!runner.done && performance.now() - startedAt < TRIAL) runner.work(SLICE);
  return { took: performance.now() - startedAt, share: runner.done ? 1 : Math.max(0.001, runner.progress) };
}
