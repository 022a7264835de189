import { writeSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { FromOrigin, OriginArguments, ToOrigin } from './origin-messages.ts';
import { startOriginServer } from './origin-server.ts';

/** What Electron's utility processes have in place of `process.send`. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: { data: unknown }) => void): void;
}

const REPORT_EVERY_MS = 250;
/** Lines are written in batches, or printing would cost more than serving. */
const PRINT_EVERY_MS = 50;

const parentPort = (process as { parentPort?: ParentPort }).parentPort;
const toParent = (message: FromOrigin): void => {
  if (parentPort) parentPort.postMessage(message);
  // The parent may go at any time; then this process ends anyway.
  else process.send?.(message, undefined, undefined, () => undefined);
};

// An origin must never outlive its lab, however that ended.
process.on('disconnect', () => process.exit(0));
// Ctrl+C reaches the whole process group; the lab decides when its origins end.
process.on('SIGINT', () => undefined);

yieldToScreen();
void main();

/** Where processors are short, origins wait first: a window that stutters shows nobody anything, and the balancer is what is measured. */
function yieldToScreen(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system that lets nobody choose: then it is served as all others are.
  }
}

async function main(): Promise<void> {
  const origin = JSON.parse(process.argv[2] ?? '') as OriginArguments;
  let lines = '';
  const print = (time: Date): void => {
    if (lines === '') {
      setTimeout(() => {
        process.stdout.write(lines);
        lines = '';
      }, PRINT_EVERY_MS);
    }
    lines += `[origin server] received request: ${formatTime(time)}\n`;
  };
  try {
    const server = await startOriginServer({ ...origin, onRequest: print, onCrash: crash });
    const onMessage = (message: ToOrigin): void => {
      if (message.type === 'faults') server.setFaults(message.faults);
      else if (message.type === 'service') server.setService(message.service);
      else if (message.type === 'report') toParent({ type: 'report', ask: message.ask, ...server.report() });
    };
    if (parentPort) parentPort.on('message', (event) => onMessage(event.data as ToOrigin));
    else process.on('message', (message) => onMessage(message as ToOrigin));
    let last = '';
    setInterval(() => {
      const report = server.report();
      const text = JSON.stringify(report);
      if (text !== last) toParent({ type: 'report', ...report });
      last = text;
    }, REPORT_EVERY_MS);
    toParent({ type: 'ready', port: server.port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    toParent({ type: 'failed', code: code ?? 'unknown', message });
    // Long enough for the message to leave.
    setTimeout(() => process.exit(1), 100);
  }
}

/** As abruptly as for real: whatever it was doing is lost. */
function crash(waiting: number): void {
  writeSync(1, `[origin server] crashed: ${waiting} requests waiting are more than it can hold\n`);
  process.exit(1);
}

/** `2026-11-24 03:39:18.123 +0000`: local time would need a time zone name that a log does not. */
function formatTime(time: Date): string {
  return time.toISOString().replace('T', ' ').replace('Z', ' +0000');
}
