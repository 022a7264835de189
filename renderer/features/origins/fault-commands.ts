import type { Command } from '../../../src/protocol/command.ts';
import type { FaultName } from '../../../src/protocol/lab.ts';
import { isDead, isDraining, type OriginState } from '../../../src/protocol/state.ts';

export type FaultAction = FaultName;

/** How much "slow" and "errors" mean at one press: enough to see at a glance. */
export const SLOW_FACTOR = 10;
export const ERROR_SHARE = 0.5;

export function faultCommand(origin: string, action: FaultAction): Command {
  if (action === 'slow') return { command: 'fault', origin, do: 'slow', factor: SLOW_FACTOR };
  if (action === 'errors') return { command: 'fault', origin, do: 'errors', share: ERROR_SHARE };
  return { command: 'fault', origin, do: action };
}

/** Each key undoes what it did when pressed again; what else is done to the origin is no business of its. */
export function faultOfKey(action: 'kill' | 'drain' | 'slow' | 'errors' | 'freeze', origin: OriginState): FaultAction {
  const { status, process } = origin;
  if (action === 'drain') return isDraining(status) ? 'resume' : 'drain';
  if (action === 'kill') return isDead(process) ? 'restart' : 'kill';
  const frozen = process?.status === 'frozen';
  if (action === 'freeze') return frozen ? 'thaw' : 'freeze';
  const done = action === 'slow' ? process?.faults.slow !== 1 : process?.faults.errors !== 0;
  return frozen || (process && done) ? 'heal' : action;
}
