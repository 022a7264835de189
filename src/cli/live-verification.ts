import type { LabDefinition } from '../protocol/lab.ts';
import type { Expectation, MeasureName } from '../protocol/measure.ts';
import { figureOf } from '../simulation/figure.ts';
import { warmupOf } from '../simulation/runner.ts';
import { holds, type Verdict } from '../simulation/verifier.ts';
import { runLive } from './live-run.ts';

/** An expectation that was not checked, and why. */
interface Unchecked {
  readonly expectation: Expectation;
  readonly why: string;
}

interface LiveVerdicts {
  readonly verdicts: readonly Verdict[];
  readonly unchecked: readonly Unchecked[];
}

/** ms that nobody waits longer than for one run; and how long one takes that doesn't say. */
const LONGEST = 120_000;
const USUAL = 60_000;

/** Of a running lab nobody knows these exactly: they follow clients or pages, or look into every queue at every moment. */
const ONLY_SIMULATED: ReadonlySet<MeasureName> = new Set<MeasureName>([
  'moved',
  'queue-growth',
  'stable',
  'order',
  'page-mean',
  'page-p99',
  'slower-pages',
]);

/** Checks a lab's expectations against live runs, one for each of its variants; what can't be checked live is said to be so. */
export async function verifyLive(
  lab: LabDefinition,
  variantOf: (overrides: Readonly<Record<string, unknown>>) => LabDefinition,
  stopped: { readonly yet: boolean },
): Promise<LiveVerdicts> {
  const verdicts: Verdict[] = [];
  const unchecked: Unchecked[] = [];
  const groups = new Map<string, Expectation[]>();
  for (const each of lab.expect ?? []) {
    const variant = each.with ? variantOf(each.with) : lab;
    const why = notLive(each, variant);
    if (why !== undefined) unchecked.push({ expectation: each, why });
    else groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  }
  for (const group of groups.values()) {
    const [first] = group as [Expectation];
    const variant = first.with ? variantOf(first.with) : lab;
    const duration = variant.duration ?? USUAL;
    const windows = group.map(({ during }) => during ?? ([warmupOf(duration), duration] as const));
    const live = stopped.yet ? undefined : await runLive(variant, duration, windows, stopped);
    if (live === undefined) break;
    live.windows.forEach((measures, place) => {
      const expectation = group[place] as Expectation;
      const run = { measures, origins: live.origins, moved: Number.NaN, queueGrowth: [], stable: true };
      const measured = figureOf(run, expectation);
      verdicts.push({ expectation, measured, holds: holds(expectation, measured) });
    });
  }
  return { verdicts, unchecked };
}

function keyOf({ with: overrides }: Expectation): string {
  return JSON.stringify(overrides ?? {});
}

function notLive({ live, measure }: Expectation, variant: LabDefinition): string | undefined {
  if (live === false) return 'its author says that it holds only in simulation';
  if (ONLY_SIMULATED.has(measure)) return 'only a simulation can measure it';
  const duration = variant.duration ?? USUAL;
  return duration > LONGEST
    ? `it takes ${duration / 1000} s; live runs are at most ${LONGEST / 1000} s long`
    : undefined;
}
