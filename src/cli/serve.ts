import { loadLab } from './lab-source.ts';
import { bad, parseOptions } from './options.ts';
import { parseControl, runLab } from './running-lab.ts';
import type { Subcommand } from './subcommand.ts';

export const CONTROL = '127.0.0.1:7070';

export const serve: Subcommand = {
  help: `evenkeel serve LAB.yaml

Runs a lab without a window and prints one line when it is ready. Ctrl+C ends it.
- reads the lab from standard input.

  --control ${CONTROL}   where to control it from a browser or a script
  --token T                  the control API's token (default: a fresh one)
  --no-ui                    the control API only, no page
  --json                     the ready line as JSON`,

  async run(args) {
    const options = {
      control: { example: CONTROL },
      token: { example: 'a-long-secret' },
      'no-ui': 'flag',
      json: 'flag',
    } as const;
    const { flags, values, positionals } = parseOptions(args, options, 1);
    const [file] = positionals;
    if (file === undefined) throw bad('Which lab file? Write evenkeel serve LAB.yaml.');
    const control = parseControl(values.control ?? CONTROL);
    const lab = await loadLab(file);
    if (!lab) return 2;
    return runLab(lab, {
      host: 'headless',
      control,
      token: values.token,
      ui: !flags.has('no-ui'),
      json: flags.has('json'),
    });
  },
};
