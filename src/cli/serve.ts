import type { AccessLogOptions } from '../host/access-log.ts';
import { checkToken } from '../web/session.ts';
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
  --json                     the ready line as JSON
  --access-log FILE          every attempt as one JSON line, as in GET /api/events
  --access-log-size 64MiB    the size at which it begins anew; the old one is FILE.1 then
  --access-log-files 4       how many files there may be, the newest included`,

  async run(args) {
    const options = {
      control: { example: CONTROL },
      token: { example: 'a-long-secret' },
      'no-ui': 'flag',
      json: 'flag',
      'access-log': { example: 'requests.jsonl' },
      'access-log-size': { example: '64MiB' },
      'access-log-files': { example: '4' },
    } as const;
    const { flags, values, positionals } = parseOptions(args, options, 1);
    const [file] = positionals;
    if (file === undefined) throw bad('Which lab file? Write evenkeel serve LAB.yaml.');
    const accessLog = accessLogOf(values);
    if (values.token !== undefined) checkToken(values.token);
    const control = parseControl(values.control ?? CONTROL);
    const lab = await loadLab(file);
    if (!lab) return 2;
    return runLab(lab, {
      host: 'headless',
      control,
      token: values.token,
      ui: !flags.has('no-ui'),
      json: flags.has('json'),
      accessLog,
    });
  },
};

const BYTES: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

function accessLogOf(
  values: Readonly<Partial<Record<'access-log' | 'access-log-size' | 'access-log-files', string>>>,
): AccessLogOptions | undefined {
  const { 'access-log': file, 'access-log-size': size = '64MiB', 'access-log-files': files = '4' } = values;
  const [, digits = '', unit = ''] = /^(\d+)(KiB|MiB|GiB)$/.exec(size) ?? [];
  const maxBytes = Number(digits) * (BYTES[unit] ?? 0);
  if (maxBytes === 0) throw bad(`--access-log-size must be a size such as 64MiB, not ${JSON.stringify(size)}.`);
  if (!/^[1-9]\d{0,2}$/.test(files)) {
    throw bad(`--access-log-files must be a whole number from 1 to 999, not ${JSON.stringify(files)}.`);
  }
  if (file === undefined && (values['access-log-size'] ?? values['access-log-files']) !== undefined) {
    throw bad('Which file is the access log? Write --access-log requests.jsonl.');
  }
  return file === undefined ? undefined : { file, maxBytes, files: Number(files) };
}
