import type { Fault } from '../protocol/lab.ts';

/** What a fault does to a simulated origin, after its name: in a sentence, and in a few words. */
export function faultWords(fault: Fault): { readonly text: string; readonly gist: string } {
  switch (fault.do) {
    case 'slow':
      return fault.factor === 1
        ? { text: 'is as fast as before', gist: 'as fast as before' }
        : { text: `is ${fault.factor}× as slow`, gist: `${fault.factor}× as slow` };
    case 'errors': {
      const share = `${Math.round(fault.share * 100)} %`;
      return fault.share === 0
        ? { text: 'makes no more errors', gist: 'no more errors' }
        : { text: `answers ${share} with 500`, gist: `${share} errors` };
    }
    default:
      return WORDS[fault.do];
  }
}

const WORDS: Readonly<
  Record<Exclude<Fault['do'], 'slow' | 'errors'>, { readonly text: string; readonly gist: string }>
> = {
  kill: { text: 'killed', gist: 'killed' },
  restart: { text: 'restarts', gist: 'restarts' },
  freeze: { text: 'frozen: it keeps its connections and answers nothing', gist: 'frozen' },
  thaw: { text: 'thawed', gist: 'thawed' },
  hang: { text: 'hangs: it accepts and never answers', gist: 'hangs' },
  reset: { text: 'resets every connection', gist: 'resets' },
  drain: { text: 'drains: no new requests, what is in flight finishes', gist: 'drains' },
  resume: { text: 'takes requests again', gist: 'resumes' },
  heal: { text: 'healed', gist: 'healed' },
};
