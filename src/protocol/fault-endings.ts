import type { Fault } from './lab.ts';

/** What ends a fault that lasts a while; nothing for those that are an end themselves. */
export function undoing(fault: Fault): Fault | undefined {
  switch (fault.do) {
    case 'kill':
      return { do: 'restart' };
    case 'freeze':
      return { do: 'thaw' };
    case 'drain':
      return { do: 'resume' };
    case 'slow':
      return { do: 'slow', factor: 1 };
    case 'errors':
      return { do: 'errors', share: 0 };
    case 'hang':
    case 'reset':
      return { do: 'heal' };
    default:
      return undefined;
  }
}

/**
 * The endings that need no doing any more once a fault was done to the same origin: killed for 5 s and restarted after 2 s, it is
 * not restarted again, and a fault that begins again lasts as the new one says.
 */
export function needless(done: Fault): readonly string[] {
  const end = undoing(done);
  return end === undefined ? [done.do] : [done.do, end.do];
}
