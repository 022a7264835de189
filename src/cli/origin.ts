import { EvenkeelError } from '../core/errors.ts';
import { startOriginServer } from '../engine/origin-server.ts';
import type { ServiceDefinition } from '../protocol/lab.ts';
import { completeService } from '../protocol/lab-file-defaults.ts';
import { examine, finished } from '../protocol/lab-file-fields.ts';
import { requireOpenPort } from '../protocol/lab-file-schema.ts';
import { serviceSchema } from '../protocol/lab-file-service.ts';
import { bad, parseOptions } from './options.ts';
import { stopSignal } from './stop-signal.ts';
import type { Subcommand } from './subcommand.ts';

/** Lines are written together this often (ms): a write per request would slow a busy origin down. */
const WRITE_EVERY = 20;

/** Option names by the key of a lab file's service. */
const OPTION_OF: Readonly<Record<string, string>> = {
  time: '--time',
  workers: '--workers',
  queue: '--queue',
  errorRate: '--errors',
};

export const origin: Subcommand = {
  help: `evenkeel origin --port 8081

One origin server. It answers "origin server response :8081" and prints a line for each request.

  --port 8081        where it listens (default 8081)
  --host 127.0.0.1   on which address
  --time 0ms         how long an answer takes: 50ms, exponential:50ms, uniform:10ms..90ms,
                     lognormal:50ms,0.5 (median, sigma) or pareto:10ms,1.5 (minimum, alpha)
  --workers N        requests served at a time (default unlimited)
  --queue N          requests that may wait, the next one gets 503 (default unlimited)
  --errors 10%       share of the answers that are 500 (default none)`,

  async run(args) {
    const { values } = parseOptions(
      args,
      {
        port: { example: '8081' },
        host: { example: '127.0.0.1' },
        time: { example: '50ms' },
        workers: { example: '2' },
        queue: { example: '10' },
        errors: { example: '10%' },
      },
      0,
    );
    const port = numeric(values.port ?? '8081');
    requireOpenPort(port, '--port');
    const host = values.host ?? '127.0.0.1';
    const service = serviceOf(values);
    const stopped = stopSignal();
    const log = new RequestLog();
    const server = await startOriginServer({
      name: `:${port}`,
      host,
      port: port as number,
      service,
      seed: Date.now() >>> 0,
      number: 0,
      cold: false,
      onRequest: (time) => log.add(time),
    }).catch((error: NodeJS.ErrnoException) => {
      throw listenError(error, host, port as number);
    });
    console.error(`Listens on http://${host.includes(':') ? `[${host}]` : host}:${server.port}; Ctrl+C ends it.`);
    await stopped;
    await server.close();
    log.flush();
    return 0;
  },
};

function serviceOf(values: { time?: string; workers?: string; queue?: string; errors?: string }): ServiceDefinition {
  const { output, findings } = examine(serviceSchema('written'), {
    time: timeOf(values.time ?? '0ms'),
    ...(values.workers !== undefined && { workers: numeric(values.workers) }),
    ...(values.queue !== undefined && { queue: numeric(values.queue) }),
    ...(values.errors !== undefined && { errorRate: values.errors }),
  });
  const [first] = findings;
  if (first) throw bad(finished(first, (path) => OPTION_OF[String(path[0])] ?? ''));
  return completeService(output);
}

/** A number where there is one, for the schema to judge; other text as it is. */
function numeric(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** A service time as a lab file holds it, of its short form on the command line. */
function timeOf(text: string): unknown {
  const [, kind, rest = ''] = /^([a-z]+):(.*)$/i.exec(text) ?? [];
  if (kind === undefined) return text;
  if (kind === 'constant' || kind === 'exponential') return { [kind]: rest };
  const [first = '', second] = rest.split(kind === 'uniform' ? '..' : ',');
  if (second !== undefined) {
    if (kind === 'uniform') return { uniform: { min: first, max: second } };
    if (kind === 'lognormal') return { lognormal: { median: first, sigma: numeric(second) } };
    if (kind === 'pareto') return { pareto: { min: first, alpha: numeric(second) } };
  }
  throw bad(
    `--time cannot be ${JSON.stringify(text)}: write 50ms, exponential:50ms, uniform:10ms..90ms, lognormal:50ms,0.5 or pareto:10ms,1.5.`,
  );
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const choose = 'choose another with --port';
  if (error.code === 'EADDRINUSE') {
    return new EvenkeelError('port-in-use', `Port ${port} is in use by another program; end that one or ${choose}.`, {
      cause: error,
    });
  }
  if (error.code === 'EACCES') {
    return new EvenkeelError(
      'port-forbidden',
      `Port ${port} may not be used without administrator rights; ${choose}.`,
      { cause: error },
    );
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new EvenkeelError('bad-argument', `${host} is not an address of this machine; use --host 127.0.0.1.`, {
      cause: error,
    });
  }
  return error;
}

/** Prints a line for each request, many in one write. */
class RequestLog {
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  add(time: Date): void {
    // 2026-11-24 03:39:18.123 +0000
    const text = time.toISOString().replace('T', ' ').replace('Z', ' +0000');
    this.#lines.push(`[origin server] received request: ${text}\n`);
    this.#timer ??= setTimeout(() => this.flush(), WRITE_EVERY);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length > 0) process.stdout.write(this.#lines.join(''));
    this.#lines = [];
  }
}
