import { isSpawned, type LabDefinition } from '../../../src/protocol/lab.ts';
import { presentFaults } from '../../../src/protocol/present-faults.ts';
import type { LabState } from '../../../src/protocol/state.ts';

/** Entries of the timeline that somebody caused, and that make a measurement begin anew. What follows from them is behaviour. */
const CAUSES = new Set(['lab', 'strategy', 'traffic', 'fault', 'exited', 'added', 'removed', 'policy']);

/** ms since the epoch: when the lab was last changed by anybody. */
export function lastCause({ startedAt, timeline }: LabState): number {
  return timeline.findLast(({ kind }) => CAUSES.has(kind))?.at ?? startedAt;
}

/** Why no simulation can stand beside the lab as it is; undefined when one can. */
export function whyNotSimulated({ lab, traffic, faultScript, origins }: LabState): string | undefined {
  if (traffic.paused) return 'The traffic is paused.';
  if ('off' in lab.traffic) return 'The lab sends no requests of its own.';
  if (origins.length === 0) return 'The lab has no origins.';
  if (faultScript.running && faultScript.done < lab.faults.length) return 'A fault script is running.';
  const foreign = lab.origins.find((origin) => !isSpawned(origin));
  if (foreign) return `Nobody can simulate ${foreign.name}: it is not one of this lab’s own origins.`;
  const troubled = origins.find(({ process }) => process?.status === 'starting' || process?.status === 'failed');
  if (troubled) return `${troubled.name} has not started.`;
  return undefined;
}

/** The lab as it is now, with what is done to its origins as faults at time 0. */
export function labAsItIs({ lab, origins }: LabState): LabDefinition {
  const faults = origins.flatMap((origin) =>
    presentFaults(origin).map((fault) => ({ ...fault, at: 0, origin: origin.name })),
  );
  return { ...lab, faults };
}
