import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { EvenkeelError } from '../core/errors.ts';
import { builtFolder, packageVersion } from '../host/node-ports.ts';
import { writeProblem } from '../host/write-problem.ts';
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
import type { SweepTask } from './sweep-worker.ts';
import { combinations, parseVariation, type Variation } from './variation.ts';
import { variantOf } from './verify.ts';

/** Runs from which on it is said first how long they will take. */
const MANY = 20;
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

interface Run {
  readonly key: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly lab: LabDefinition;
  readonly plan: RunPlan;
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
    const runs = runsOf(text, file, variations, plan, values.strategy);
    const threads =
      values.threads === undefined ? availableParallelism() : wholeNumber(values.threads, '--threads', 1, 256);
    const paths = variations.map(({ path }) => path);
    return new Sweep(runs, paths, flags.has('json'), threads).run(values.out);
  },
};

/** @throws EvenkeelError `bad-lab` | `bad-argument`, with the values that make no lab */
function runsOf(
  text: string,
  file: string,
  variations: readonly Variation[],
  plan: RunPlan,
  strategies?: string,
): Run[] {
  return combinations(variations).flatMap((values) => {
    const lab = variantOf(text, file, values);
    const specs = strategies === undefined ? [lab.strategy] : strategiesOf(strategies, lab);
    return specs.map((spec) => {
      const own = { ...plan, strategies: [spec] };
      return { key: runKey([packageVersion(builtFolder()), lab, own]), values, lab, plan: own };
    });
  });
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

  async run(out: string | undefined): Promise<number> {
    const head = csvHead(this.#paths);
    const { keys, length } =
      out === undefined ? { keys: new Set<string>(), length: 0 } : finishedRuns(out, this.#json, head);
    const tasks = this.#runs.flatMap(({ key, lab, plan }, number): SweepTask[] =>
      keys.has(key) ? [] : [{ number, lab, plan }],
    );
    if (keys.size > 0)
      console.error(`${this.#runs.length - tasks.length} of ${this.#runs.length} runs are there already.`);
    if (tasks.length >= MANY)
      console.error(`${tasks.length} runs, about ${timeText(this.#estimate(tasks))} on ${this.#threads} threads.`);
    const target = out === undefined ? 1 : inFile(out, () => openSync(out, length > 0 ? 'r+' : 'w'));
    if (out !== undefined && length > 0) ftruncateSync(target, length);
    // Rows come in the order of the runs, whichever ends first, so that the same sweep is the same file.
    let position = length;
    const write = (line: string): void => {
      const bytes = Buffer.from(`${line}\n`);
      if (out === undefined) process.stdout.write(bytes);
      else position += inFile(out, () => writeSync(target, bytes, 0, bytes.length, position));
    };
    if (!this.#json && length === 0) write(head);
    const done = await this.#work(tasks, write);
    if (out !== undefined) closeSync(target);
    if (done === tasks.length) return 0;
    const goOn = out === undefined ? '' : ' The same command goes on from here.';
    console.error(`Stopped after ${done} of ${tasks.length} runs.${goOn}`);
    return 1;
  }

  /** @returns how many rows were written */
  async #work(tasks: readonly SweepTask[], write: (line: string) => void): Promise<number> {
    const progress = new Progress('Sweeping');
    const rows = new Map<number, string>();
    let ended = 0;
    let written = 0;
    await runTasks({
      file: join(builtFolder(), 'sweep.cjs'),
      threads: this.#threads,
      tasks,
      stopped: stopSignal(),
      onResult: (number, result) => {
        const { key, values } = this.#runs[number] as Run;
        rows.set(number, this.#json ? jsonRow(key, values, result) : csvRow(key, Object.values(values), result));
        progress.tell(++ended / tasks.length);
        for (let next = tasks[written]; next && rows.has(next.number); next = tasks[++written]) {
          write(rows.get(next.number) ?? '');
          rows.delete(next.number);
        }
      },
    });
    progress.end();
    return written;
  }

  /** ms that the tasks will take, out of how far some of them, evenly spread, come in a moment. */
  #estimate(tasks: readonly SweepTask[]): number {
    // The first run is slower than any other, as its code is still being compiled.
    trial(tasks[0] as SweepTask, TRIAL);
    let whole = 0;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const task = tasks[Math.floor(((sample + 0.5) * tasks.length) / SAMPLES)] as SweepTask;
      const { took, share } = trial(task, TRIAL);
      whole += took / share;
    }
    return ((whole / SAMPLES) * tasks.length) / Math.min(this.#threads, tasks.length);
  }
}

/** Runs a task for at most `budget` ms. @returns ms it took, and the share of it (above 0, up to 1) that was done in them */
function trial({ lab, plan }: SweepTask, budget: number): { readonly took: number; readonly share: number } {
  const runner = new LabRunner(lab, plan);
  const startedAt = performance.now();
  while (!runner.done && performance.now() - startedAt < budget) runner.work(SLICE);
  return { took: performance.now() - startedAt, share: runner.done ? 1 : Math.max(0.001, runner.progress) };
}

/** @throws EvenkeelError `storage` where the file system refuses */
function inFile<Value>(out: string, task: () => Value): Value {
  try {
    return task();
  } catch (error) {
    throw new EvenkeelError('storage', `${out} cannot be written: ${writeProblem(error)}.`, { cause: error });
  }
}
