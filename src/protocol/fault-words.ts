import type { Fault } from './lab.ts';

/** What the timeline says of a fault, after the origin's name: in a sentence, and in a few words. */
interface FaultWords {
  readonly text: string;
  readonly gist: string;
}

/** @param signals whether a real process gets real signals */
export function faultWords(fault: Fault, signals: boolean): FaultWords {
  const by = (signal: string): string => (signals ? ` (${signal})` : '');
  switch (fault.do) {
    case 'kill':
      return { text: `killed${by('SIGKILL')}`, gist: 'killed' };
    case 'restart':
      return { text: 'restarts', gist: 'restarts' };
    case 'freeze':
      return { text: `frozen${by('SIGSTOP')}: it keeps its connections and answers nothing`, gist: 'frozen' };
    case 'thaw':
      return { text: `thawed${by('SIGCONT')}`, gist: 'thawed' };
    case 'hang':
      return { text: 'hangs: it accepts and never answers', gist: 'hangs' };
    case 'reset':
      return { text: 'resets every connection', gist: 'resets' };
    case 'drain':
      return { text: 'drains: no new requests, what is in flight finishes', gist: 'drains' };
    case 'resume':
      return { text: 'takes requests again', gist: 'resumes' };
    case 'heal':
      return { text: 'healed', gist: 'healed' };
    case 'slow':
      return fault.factor === 1
        ? { text: 'is as fast as before', gist: 'as fast as before' }
        : { text: `is ${fault.factor}× as slow`, gist: `${fault.factor}× as slow` };
    case 'errors': {
      const share = `${Number((fault.share * 100).toPrecision(3))} %`;
      return fault.share === 0
        ? { text: 'makes no more errors', gist: 'no more errors' }
        : { text: `answers ${share} with 500`, gist: `${share} errors` };
    }
  }
}
