import { setTimeout as wait } from 'node:timers/promises';
import { PATIENCE } from '../core/clients.ts';
import { Lab } from '../host/lab.ts';
import { nodePorts } from '../host/node-ports.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { LiveMeasures } from './live-measures.ts';
import { Progress } from './progress.ts';

/** ms between two looks at how far it is, and those at the end in which the last attempts are told. */
const LOOK = 250;
const GRACE = 1000;

/**
 * Runs a lab live for `duration` ms, without a window, and measures it in the windows (ms since its traffic began). As in a simulation
 * nobody arrives after that, and what is under way comes to its end: cut off, the slowest requests would count as failures.
 * Undefined when it was stopped before its end.
 */
export async function runLive(
  lab: LabDefinition,
  duration: number,
  windows: readonly (readonly [number, number])[],
  stopped: { readonly yet: boolean },
): Promise<LiveMeasures | undefined> {
  const running = await Lab.start(lab, nodePorts({ host: 'headless' }));
  const progress = new Progress(`Running ${lab.name} live`);
  try {
    // Traffic and faults begin when the origins are ready, which may be seconds after the lab itself.
    const begunAt = Date.now();
    const measures = new LiveMeasures(running, begunAt, windows);
    for (const notice of running.state.notices) console.error(notice);
    for (let at = 0; at < duration && !stopped.yet; at = Date.now() - begunAt) {
      progress.tell(at / duration);
      await wait(Math.min(LOOK, duration - at));
    }
    if (!stopped.yet) await comeToItsEnd(running, stopped);
    measures.close();
    return stopped.yet ? undefined : measures;
  } finally {
    progress.end();
    await running.stop();
  }
}

/** Takes no longer than the lab's clients are patient. */
async function comeToItsEnd(lab: Lab, stopped: { readonly yet: boolean }): Promise<void> {
  await lab.command({ command: 'pause' });
  const patience = lab.run.definition.clients.timeout ?? PATIENCE;
  const until = performance.now() + patience;
  await lab.refresh();
  while (lab.state.traffic.inFlight > 0 && performance.now() < until && !stopped.yet) {
    await wait(LOOK);
    await lab.refresh();
  }
  const { inFlight } = lab.state.traffic;
  if (inFlight > 0 && !stopped.yet) {
    console.error(`${inFlight} requests had no end after ${patience / 1000} s and do not count.`);
  }
  await wait(GRACE);
}
