import { setTimeout as wait } from 'node:timers/promises';
import { AccessLog, type AccessLogOptions } from '../host/access-log.ts';
import { Lab } from '../host/lab.ts';
import { nodePorts } from '../host/node-ports.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { startWebHost } from '../web/web-host.ts';
import { bad } from './options.ts';
import { stopSignal } from './stop-signal.ts';

interface RunOptions {
  readonly host: 'browser' | 'headless';
  /** Address and port of the control server. */
  readonly control: { readonly host: string; readonly port: number };
  /** Undefined: a fresh one. */
  readonly token: string | undefined;
  /** Whether the control server has the page, too. */
  readonly ui: boolean;
  /** Whether the line that says it is ready is JSON. */
  readonly json: boolean;
  /** Undefined: none is written. */
  readonly accessLog?: AccessLogOptions | undefined;
  /** Called when everything is up. */
  readonly onReady?: (controlUrl: string) => void;
}

/** Runs a lab until it is asked to stop or its duration is over; answers the exit code. */
export async function runLab(definition: LabDefinition, options: RunOptions): Promise<number> {
  const stopped = stopSignal();
  const lab = await Lab.start(definition, nodePorts({ host: options.host }));
  const log = options.accessLog && new AccessLog(lab, options.accessLog);
  try {
    const web = await startWebHost({
      lab,
      ...options.control,
      ui: options.ui,
      ...(options.token !== undefined && { token: options.token }),
    });
    try {
      tellNotices(lab, web.notices);
      const proxy = lab.state.proxy.url;
      console.log(
        options.json
          ? JSON.stringify({ ready: true, proxy, control: web.url, token: web.token })
          : `ready: proxy ${proxy} control ${web.url}`,
      );
      options.onReady?.(web.url);
      await (definition.duration === undefined ? stopped : Promise.race([stopped, wait(definition.duration)]));
    } finally {
      await web.close();
    }
  } finally {
    await lab.stop();
    await log?.close();
  }
  return 0;
}

/** Prints what people should read, now and whenever there is more. */
function tellNotices(lab: Lab, ofControl: readonly string[]): void {
  for (const notice of ofControl) console.error(notice);
  // Another lab begins with none.
  const told = new Set<string>();
  const tell = ({ notices }: { readonly notices: readonly string[] }): void => {
    for (const notice of notices) if (!told.has(notice)) console.error(notice);
    for (const notice of notices) told.add(notice);
  };
  tell(lab.state);
  lab.onState(tell);
}

/** Reads `127.0.0.1:7070`, `[::1]:7070` or a port alone. @throws EvenkeelError `bad-argument` */
export function parseControl(text: string): { host: string; port: number } {
  const [, host = '127.0.0.1', digits] = /^(?:(\[[\da-f:.]+\]|[\w.-]+):)?(\d+)$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw bad(`--control must be an address and port such as 127.0.0.1:7070, not ${JSON.stringify(text)}.`);
  }
  return { host: host.replace(/^\[|\]$/g, ''), port };
}
