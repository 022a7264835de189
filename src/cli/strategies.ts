import { STRATEGIES } from '../core/strategies/registry.ts';
import { parseOptions } from './options.ts';
import type { Subcommand } from './subcommand.ts';

export const strategies: Subcommand = {
  help: `evenkeel strategies [--json]

Lists the strategies, one line each: the name for lab files, and what it does.

  --json   everything about them, parameters included, as one JSON array`,

  async run(args) {
    const { flags } = parseOptions(args, { json: 'flag' }, 0);
    if (flags.has('json')) {
      const all = STRATEGIES.map(({ id, title, rule, goodWhen, failsWhen, knownAs, parameters }) => {
        return { id, title, rule, goodWhen, failsWhen, knownAs, parameters };
      });
      console.log(JSON.stringify(all));
    } else {
      const width = Math.max(...STRATEGIES.map(({ id }) => id.length));
      for (const { id, rule } of STRATEGIES) console.log(`${id.padEnd(width)}  ${rule}`);
    }
    return 0;
  },
};
