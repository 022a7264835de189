import { join } from 'node:path';
import { builtFolder, labsFolder } from '../host/node-ports.ts';
import { openBrowser } from './browser.ts';
import { loadLab } from './lab-source.ts';
import { parseOptions } from './options.ts';
import { parseControl, runLab } from './running-lab.ts';
import { CONTROL } from './serve.ts';
import type { Subcommand } from './subcommand.ts';

/** What `evenkeel [LAB.yaml]` does in plain Node: the same lab as the desktop's, in the browser. */
export const open: Subcommand = {
  help: `evenkeel [LAB.yaml]

Opens a lab; without a file, four healthy origins. Ctrl+C ends it.

  --browser                  in the browser, even where there is a desktop
  --desktop                  in the desktop or not at all
  --control ${CONTROL}   where the browser finds it
  --no-open                  just print the address, don't open it`,

  async run(args) {
    const options = { control: { example: CONTROL }, 'no-open': 'flag' } as const;
    const { flags, values, positionals } = parseOptions(args, options, 1);
    const control = parseControl(values.control ?? CONTROL);
    const lab = await loadLab(positionals[0] ?? join(labsFolder(builtFolder()), 'default.yaml'));
    if (!lab) return 2;
    return runLab(lab, {
      host: 'browser',
      control,
      token: undefined,
      ui: true,
      json: false,
      ...(!flags.has('no-open') && { onReady: openBrowser }),
    });
  },
};
