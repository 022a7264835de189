import { setTimeout as wait } from 'node:timers/promises';
import { Lab } from '../host/lab.ts';
import { nodePorts } from '../host/node-ports.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { LiveMeasures } from './live-measures.ts';
import { Progress } from './progress.ts';

/** ms between two looks at how far it is; what is under way at the end gets so long to end; frames are that late at most. */
const LOOK = 250;
const PATIENCE = 120_000;
const FRAMES = 500;

/**
 * Runs a lab live for `duration` ms, without a window, and measures it in the windows (ms since its start). As in a simulation
 * nobody arrives afterwards and what is under way comes to its end, or the slowest requests would be missing from the figures.
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
    const measures = new LiveMeasures(running, windows);
    const { startedAt, notices } = running.state;
    for (const notice of notices) console.error(notice);
    for (let at = 0; at < duration && !stopped.yet; at = Date.now() - startedAt) {
      progress.tell(at / duration);
      await wait(Math.min(LOOK, duration - at));
    }
    await running.command({ command: 'pause' });
    const patience = Date.now() + PATIENCE;
    while (!stopped.yet && running.state.traffic.inFlight > 0 && Date.now() < patience) {
      await wait(LOOK);
      await running.refresh();
    }
    if (!stopped.yet) await wait(FRAMES);
    return stopped.yet ? undefined : measures;
  } finally {
    progress.end();
    await running.stop();
  }
}
