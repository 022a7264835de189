import type { AttemptRow } from '../../../telemetry/attempt-ring.ts';

export type Phase = 'line' | 'connect' | 'queued' | 'answer' | 'body';

export const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  line: 'in the queue',
  connect: 'connect',
  queued: 'queued',
  answer: 'first byte',
  body: 'body',
};

interface PhaseBar {
  readonly phase: Phase;
  /** ms from the request's arrival. */
  readonly from: number;
  readonly length: number;
}

/** What an attempt spent its time on, in order. Times that were not reached leave their phase out. */
export function phasesOf({ waited, inQueue, connected, firstByte, queued, total }: AttemptRow): PhaseBar[] {
  const bars: PhaseBar[] = [];
  if (inQueue > 0) bars.push({ phase: 'line', from: waited - inQueue, length: inQueue });
  let at = 0;
  const until = (phase: Phase, end: number): void => {
    const to = Math.min(total, Math.max(at, end));
    if (to > at) bars.push({ phase, from: waited + at, length: to - at });
    at = to;
  };
  until('connect', connected > 0 ? connected : total);
  if (connected <= 0) return bars;
  const answered = firstByte > 0 ? firstByte : total;
  // The origin's clock and ours need not agree to the last fraction: it cannot have queued longer than it took.
  if (queued > 0) until('queued', Math.min(answered, connected + queued));
  until('answer', answered);
  until('body', total);
  return bars;
}

/** Round ms for an axis from 0 to `span`, at most five. */
export function ticksOf(span: number): number[] {
  if (!(span > 0)) return [0];
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
}
