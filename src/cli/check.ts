import type { LabDefinition } from '../protocol/lab.ts';
import { printDuration, printRate } from '../protocol/units.ts';
import { problemLine, readLabFile } from './lab-source.ts';
import { bad, parseOptions } from './options.ts';
import type { Subcommand } from './subcommand.ts';

export const check: Subcommand = {
  help: `evenkeel check LAB.yaml …

Says whether lab files are right, and every problem with its line and column.
- reads standard input.`,

  async run(args) {
    const { positionals } = parseOptions(args, {}, Number.POSITIVE_INFINITY);
    if (positionals.length === 0) throw bad('Which lab file? Write evenkeel check LAB.yaml.');
    let exitCode = 0;
    for (const file of positionals) {
      const parsed = await readLabFile(file);
      if ('lab' in parsed) {
        console.log(`${file === '-' ? 'stdin' : file}: fine, ${summary(parsed.lab)}`);
      } else {
        for (const problem of parsed.problems) console.error(problemLine(file, problem));
        exitCode = 2;
      }
    }
    return exitCode;
  },
};

function summary({ origins, strategy, traffic, faults }: LabDefinition): string {
  return [
    plural(origins.length, 'origin'),
    strategy.use,
    'open' in traffic
      ? `${printRate(traffic.open.rate)} ${traffic.open.arrivals}${(traffic.fanOut ?? 1) > 1 ? ` × ${traffic.fanOut} requests` : ''}`
      : 'closed' in traffic
        ? `${plural(traffic.closed.users, 'user')} thinking ${printDuration(traffic.closed.think)}`
        : 'no traffic',
    ...(faults.length > 0 ? [plural(faults.length, 'fault')] : []),
  ].join(', ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
