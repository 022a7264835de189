import type { Command } from '../../../src/protocol/command.ts';
import type { FaultName } from '../../../src/protocol/lab.ts';

export type FaultAction = FaultName;

/** How much "slow" and "errors" mean at one press: enough to see at a glance. */
export const SLOW_FACTOR = 10;
export const ERROR_SHARE = 0.5;

export function faultCommand(origin: string, action: FaultAction): Command {
  if (action === 'slow') return { command: 'fault', origin, do: 'slow', factor: SLOW_FACTOR };
  if (action === 'errors') return { command: 'fault', origin, do: 'errors', share: ERROR_SHARE };
  return { command: 'fault', origin, do: action };
}
