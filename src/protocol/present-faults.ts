import type { Fault } from './lab.ts';
import { isDraining, type OriginState, type ProcessState } from './state.ts';

/** What is played to a process now: the faults that make a healthy one behave as it does. */
export function playedFaults(process: ProcessState | undefined): Fault[] {
  if (!process) return [];
  const { slow, errors, hang, reset } = process.faults;
  const faults: Fault[] = [];
  if (slow !== 1) faults.push({ do: 'slow', factor: slow });
  if (errors > 0) faults.push({ do: 'errors', share: errors });
  if (hang) faults.push({ do: 'hang' });
  if (reset) faults.push({ do: 'reset' });
  if (process.status === 'frozen') faults.push({ do: 'freeze' });
  return faults;
}

/** What makes an origin that has just been added like this one: whether it drains, is dead, or is played something. */
export function presentFaults({ status, process }: OriginState): Fault[] {
  // Nothing can be played to a dead one.
  const faults: Fault[] = process?.status === 'exited' ? [{ do: 'kill' }] : playedFaults(process);
  if (isDraining(status)) faults.push({ do: 'drain' });
  return faults;
}
