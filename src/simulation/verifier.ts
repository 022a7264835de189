import type { LabDefinition } from '../protocol/lab.ts';
import type { Expectation } from '../protocol/measure.ts';
import { figureOf, type RunFigures } from './figure.ts';
import { DEFAULT_DURATION, warmupOf } from './runner.ts';
import { Simulation } from './simulation.ts';
import { instability } from './stability.ts';

/** An expectation and what became of it. */
export interface Verdict {
  readonly expectation: Expectation;
  /** The mean of several runs. */
  readonly measured: number | boolean | string;
  readonly holds: boolean;
}

/** Runs of one variant of the lab, and all that is expected of it. */
interface Job {
  readonly lab: LabDefinition;
  readonly runs: number;
  readonly places: readonly number[];
}

/** Checks what a lab's author expects against simulated runs, in slices as `LabRunner` does; variants that are alike share their runs. */
export class Verifier {
  readonly #expectations: readonly Expectation[];
  readonly #jobs: readonly Job[];
  readonly #figures: (number | boolean | string)[][];
  #job = 0;
  #run = 0;
  #simulation: Simulation | undefined;

  /** @param variantOf the lab with some of it replaced, as `with` says */
  constructor(
    lab: LabDefinition,
    variantOf: (overrides: Readonly<Record<string, unknown>>) => LabDefinition,
    expectations: readonly Expectation[] = lab.expect ?? [],
  ) {
    this.#expectations = expectations;
    this.#figures = expectations.map(() => []);
    const groups = new Map<string, number[]>();
    expectations.forEach((each, place) => {
      const key = JSON.stringify([each.with ?? {}, each.runs ?? 1]);
      groups.set(key, [...(groups.get(key) ?? []), place]);
    });
    this.#jobs = [...groups.values()].map((places) => {
      const [first = 0] = places;
      const { with: overrides, runs = 1 } = expectations[first] as Expectation;
      return { lab: overrides ? variantOf(overrides) : lab, runs, places };
    });
  }

  get done(): boolean {
    return this.#job >= this.#jobs.length;
  }

  /** 0–1. */
  get progress(): number {
    const { runs } = this.#jobs[this.#job] ?? { runs: 1 };
    return (this.#job + this.#run / runs) / Math.max(1, this.#jobs.length);
  }

  /** Lets at most so many events happen. */
  work(events: number): void {
    const job = this.#jobs[this.#job];
    if (job === undefined) return;
    this.#simulation ??= this.#begin(job);
    this.#simulation.run(events);
    if (!this.#simulation.done) return;
    this.#measure(job, this.#simulation);
    this.#simulation = undefined;
    if (++this.#run < job.runs) return;
    this.#run = 0;
    this.#job++;
  }

  /** Of the expectations whose runs are over, in the lab's order. */
  verdicts(): Verdict[] {
    return this.#expectations.flatMap((expectation, place) => {
      const figures = this.#figures[place] ?? [];
      if (figures.length < (expectation.runs ?? 1)) return [];
      const [first = Number.NaN] = figures;
      const measured = typeof first === 'number' ? mean(figures as number[]) : first;
      return [{ expectation, measured, holds: holds(expectation, measured) }];
    });
  }

  #begin({ lab, places }: Job): Simulation {
    const duration = lab.duration ?? DEFAULT_DURATION;
    return new Simulation(lab, {
      strategy: lab.strategy,
      seed: (lab.seed + this.#run * 0x9e3779b1) >>> 0,
      duration,
      warmup: warmupOf(duration),
      windows: this.#windows(places),
      trail: places.some((place) => this.#expectations[place]?.measure === 'moved'),
    });
  }

  #windows(places: readonly number[]): (readonly [number, number])[] {
    return places.flatMap((place) => {
      const during = this.#expectations[place]?.during;
      return during ? [during] : [];
    });
  }

  #measure({ places }: Job, run: Simulation): void {
    const whole = figuresOf(run);
    let window = 0;
    for (const place of places) {
      const expectation = this.#expectations[place] as Expectation;
      const measures = expectation.during ? run.recorder.windows[window++] : undefined;
      this.#figures[place]?.push(figureOf({ ...whole, ...(measures && { measures }) }, expectation));
    }
  }
}

/** Whether a figure is what was expected; one that could not be measured is not. */
export function holds({ min, max, is }: Expectation, measured: number | boolean | string): boolean {
  if (typeof measured === 'number')
    return measured >= (min ?? Number.NEGATIVE_INFINITY) && measured <= (max ?? Number.POSITIVE_INFINITY);
  if (typeof measured === 'string') return measured === is || measured.startsWith(`${is} `);
  return measured === is;
}

function figuresOf(run: Simulation): RunFigures {
  const [from, to] = run.marks;
  const seconds = from && to ? (to.at - from.at) / 1000 : Number.NaN;
  return {
    measures: run.measures,
    origins: run.origins.map(({ name }) => name),
    moved: run.recorder.trail?.moved ?? Number.NaN,
    queueGrowth: run.origins.map((_, index) => ((to?.waiting[index] ?? 0) - (from?.waiting[index] ?? 0)) / seconds),
    stable: instability(run) === undefined,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
