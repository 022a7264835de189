import { dirname } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { EvenkeelError } from '../core/errors.ts';
import { withPathsFrom } from '../host/lab-paths.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { parseLabFile } from '../protocol/lab-file.ts';
import { type Expectation, MEASURES } from '../protocol/measure.ts';
import { type Verdict, Verifier } from '../simulation/verifier.ts';
import { problemLine, readSource } from './lab-source.ts';
import { verifyLive } from './live-verification.ts';
import { bad, parseOptions } from './options.ts';
import { Progress } from './progress.ts';
import { stopSignal } from './stop-signal.ts';
import type { Subcommand } from './subcommand.ts';

/** Events between two looks at the signals. */
const SLICE = 20_000;

export const verify: Subcommand = {
  help: `evenkeel verify LAB.yaml …

Checks what a lab file expects (its expect lines) against simulated runs.
Ends with 1 when anything is not as expected. - reads standard input.

  --live   against the real lab, where that is possible within two minutes a run
  --json   one JSON object per file`,

  async run(args) {
    const { flags, positionals } = parseOptions(args, { json: 'flag', live: 'flag' }, Number.POSITIVE_INFINITY);
    if (positionals.length === 0) throw bad('Which lab file? Write evenkeel verify LAB.yaml.');
    const stopped = { yet: false };
    stopSignal().then(() => {
      stopped.yet = true;
    });
    let exitCode = 0;
    for (const file of positionals) {
      exitCode = Math.max(exitCode, await verifyFile(file, flags, stopped));
      if (stopped.yet) break;
    }
    return exitCode;
  },
};

async function verifyFile(
  file: string,
  flags: ReadonlySet<'json' | 'live'>,
  stopped: { readonly yet: boolean },
): Promise<number> {
  const text = await readSource(file);
  const parsed = parseLabFile(text, file);
  if ('problems' in parsed) {
    for (const problem of parsed.problems) console.error(problemLine(file, problem));
    return 2;
  }
  const { lab } = parsed;
  if ((lab.expect ?? []).length === 0) throw bad(`${file} expects nothing; add lines to its expect.`);
  const variant = (overrides: Readonly<Record<string, unknown>>): LabDefinition => variantOf(text, file, overrides);
  // A real lab reads its certificates.
  const found = (one: LabDefinition): LabDefinition => (file === '-' ? one : withPathsFrom(dirname(file), one));
  const { verdicts, unchecked } = flags.has('live')
    ? await verifyLive(found(lab), (overrides) => found(variant(overrides)), stopped)
    : { verdicts: await simulated(lab, variant, stopped), unchecked: [] };
  const whole = verdicts.length + unchecked.length === lab.expect?.length;
  const good = whole && verdicts.every((verdict) => verdict.holds);
  if (flags.has('json')) {
    const clock = flags.has('live') ? { clock: 'live', unchecked } : {};
    console.log(JSON.stringify({ lab: lab.name, holds: good, verdicts, ...clock }));
  } else {
    const skipped = unchecked.map(({ expectation, why }) => `  not live ${whatOf(expectation)}: ${why}.`);
    console.log([lab.name, ...verdicts.map(verdictLine), ...skipped].join('\n'));
  }
  return good ? 0 : 1;
}

async function simulated(
  lab: LabDefinition,
  variant: (overrides: Readonly<Record<string, unknown>>) => LabDefinition,
  stopped: { readonly yet: boolean },
): Promise<Verdict[]> {
  const verifier = new Verifier(lab, variant);
  const progress = new Progress(`Verifying ${lab.name}`);
  while (!verifier.done && !stopped.yet) {
    verifier.work(SLICE);
    progress.tell(verifier.progress);
    await breathe();
  }
  progress.end();
  return verifier.verdicts();
}

/** The lab of a text with some of it replaced. @throws EvenkeelError `bad-lab` */
export function variantOf(text: string, file: string, overrides: Readonly<Record<string, unknown>>): LabDefinition {
  const parsed = parseLabFile(text, file, { ...overrides, expect: null });
  if ('lab' in parsed) return parsed.lab;
  throw new EvenkeelError('bad-lab', parsed.problems[0]?.message ?? 'The variant makes no lab.');
}

function verdictLine({ expectation, measured, holds }: Verdict): string {
  const how = `${figureText(expectation.measure, measured)}, expected ${expectedText(expectation)}`;
  return `  ${holds ? 'ok    ' : 'WRONG '} ${whatOf(expectation)}: ${how}. ${expectation.because}`;
}

/** What is measured, and where that is not the lab as it is written. */
function whatOf({ measure, of, with: overrides, during }: Expectation): string {
  const where = [
    ...(overrides
      ? [
          `with ${Object.entries(overrides)
            .map(([path, value]) => `${path}: ${short(value)}`)
            .join(', ')}`,
        ]
      : []),
    ...(during ? [`from ${during[0] / 1000} s to ${during[1] / 1000} s`] : []),
  ];
  const what = `${MEASURES[measure].says}${of === undefined ? '' : ` of ${of}`}`;
  return where.length > 0 ? `${what} (${where.join('; ')})` : what;
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

function expectedText({ measure, min, max, is }: Expectation): string {
  if (is !== undefined) return String(is);
  if (min === undefined) return `at most ${figureText(measure, max ?? 0)}`;
  return max === undefined
    ? `at least ${figureText(measure, min)}`
    : `${figureText(measure, min)} to ${figureText(measure, max)}`;
}

function figureText(measure: Expectation['measure'], figure: number | boolean | string): string {
  if (typeof figure !== 'number') return String(figure);
  const { unit } = MEASURES[measure];
  if (unit === 'share') return `${Number((figure * 100).toPrecision(3))} %`;
  const number = String(Number(figure.toPrecision(4)));
  return unit === 'duration' ? `${number} ms` : unit === 'rate' ? `${number}/s` : number;
}
