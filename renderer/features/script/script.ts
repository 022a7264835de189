import type { Fault, FaultName, ScheduledFault } from '../../../src/protocol/lab.ts';
import type { FaultScriptState } from '../../../src/protocol/state.ts';
import { duration, figure, sinceStart } from '../../app/format.ts';

const NAMES: Readonly<Record<FaultName, string>> = {
  kill: 'kill',
  restart: 'restart',
  freeze: 'freeze',
  thaw: 'thaw',
  hang: 'hang',
  reset: 'reset connections',
  drain: 'drain',
  resume: 'resume',
  heal: 'heal',
  slow: 'slow',
  errors: 'errors',
};

/** What may stand in a script, in words, in the order of a list. */
export const FAULT_NAMES = Object.entries(NAMES) as [FaultName, string][];

/** What a line does: `slow ×10 for 15 s`. */
export function faultWords(fault: Fault & { readonly for?: number }): string {
  const name = NAMES[fault.do];
  const what =
    fault.do === 'slow'
      ? `${name} ×${figure(fault.factor)}`
      : fault.do === 'errors'
        ? `${name} ${percentage(fault.share)}`
        : name;
  return fault.for === undefined ? what : `${what} for ${duration(fault.for)}`;
}

function percentage(share: number): string {
  return `${figure(share * 100)} %`;
}

/** When a line happens, counted from the script's beginning: `00:10`, `00:02.5`. */
export function faultTime(at: number): string {
  const rest = at % 1000;
  return rest === 0 ? sinceStart(at) : `${sinceStart(at)}${(rest / 1000).toFixed(3).replace(/^0|0+$/g, '')}`;
}

/** How far a script has come. */
interface ScriptProgress {
  readonly words: string;
  /** 0–1 of the time until its last line. */
  readonly share: number;
}

/** @param now ms since the epoch, on the lab's clock */
export function progressOf(
  faults: readonly ScheduledFault[],
  { running, startedAt, done }: FaultScriptState,
  now: number,
): ScriptProgress {
  const steps = `${done} of ${faults.length}`;
  if (startedAt === undefined) return { words: 'Not run yet', share: 0 };
  const end = faults.at(-1)?.at ?? 0;
  const share = end === 0 ? 1 : Math.min(1, Math.max(0, (now - startedAt) / end));
  const next = faults[done];
  if (!running || next === undefined) {
    return done === faults.length ? { words: `${steps} done`, share: 1 } : { words: `Stopped after ${steps}`, share };
  }
  const left = Math.max(0, Math.ceil((startedAt + next.at - now) / 1000));
  return { words: `${steps} done, next in ${left} s`, share };
}
