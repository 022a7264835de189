import { needless, undoing } from '../protocol/fault-endings.ts';
import type { Fault } from '../protocol/lab.ts';
import type { Lab } from './lab.ts';

/** A fault of one origin, for `for` ms or until something else ends it. */
export type OriginFault = Fault & { readonly origin: string; readonly for?: number };

/**
 * Does a fault, and later what ends it if it lasts only a while.
 * @throws EvenkeelError with a sentence for people
 */
export async function doFault(lab: Lab, { origin, for: length, ...what }: OriginFault): Promise<void> {
  const { run } = lab;
  await inflict(lab, origin, what);
  run.endings.forget(origin, what);
  const end = length === undefined ? undefined : undoing(what);
  if (end === undefined || length === undefined) return;
  run.endings.after(length, origin, end, () => lab.inflict(run, { ...end, origin }));
}

/** Faults that last a while, and what will end them. */
export class FaultEndings {
  readonly #pending = new Map<string, NodeJS.Timeout>();

  after(ms: number, origin: string, end: Fault, run: () => void): void {
    const key = `${end.do} ${origin}`;
    clearTimeout(this.#pending.get(key));
    const timer = setTimeout(() => {
      this.#pending.delete(key);
      run();
    }, ms);
    this.#pending.set(key, timer);
  }

  /** What was just done needs no doing later; a fault that begins again lasts as the new one says. */
  forget(origin: string, done: Fault): void {
    for (const how of needless(done)) {
      const key = `${how} ${origin}`;
      clearTimeout(this.#pending.get(key));
      this.#pending.delete(key);
    }
  }

  clear(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }
}

async function inflict(lab: Lab, name: string, fault: Fault): Promise<void> {
  const { timeline, engine } = lab;
  const { roster, origins } = lab.run;
  const member = roster.get(name);
  const tell = (text: string, gist: string): void => {
    timeline.add('fault', `${name} ${text}`, { origin: name, label: `${name} ${gist}` });
  };
  const failed = (): void => {
    member.failedAt = Date.now();
  };
  switch (fault.do) {
    case 'drain':
      await engine.peer.request('drain', { name });
      return tell('drains: no new requests, what is in flight finishes', 'drains');
    case 'resume':
      await engine.peer.request('resume', { name });
      return tell('takes requests again', 'resumes');
    case 'kill':
      roster.supervised(name).kill();
      failed();
      return tell('killed (SIGKILL)', 'killed');
    case 'restart':
      tell('restarts', 'restarts');
      return origins.restart(name);
    case 'freeze':
      roster.supervised(name).freeze();
      failed();
      return tell('frozen (SIGSTOP): it keeps its connections and answers nothing', 'frozen');
    case 'thaw':
      roster.supervised(name).thaw();
      return tell('thawed (SIGCONT)', 'thawed');
    case 'hang':
      roster.supervised(name).setFaults({ hang: true });
      failed();
      return tell('hangs: it accepts and never answers', 'hangs');
    case 'reset':
      roster.supervised(name).setFaults({ reset: true });
      failed();
      return tell('resets every connection', 'resets');
    case 'slow':
      roster.supervised(name).setFaults({ slow: fault.factor });
      return fault.factor === 1
        ? tell('is as fast as before', 'as fast as before')
        : tell(`is ${fault.factor}× as slow`, `${fault.factor}× as slow`);
    case 'errors':
      roster.supervised(name).setFaults({ errors: fault.share });
      return fault.share === 0
        ? tell('makes no more errors', 'no more errors')
        : tell(`answers ${Math.round(fault.share * 100)} % with 500`, `${Math.round(fault.share * 100)} % errors`);
    case 'heal':
      member.supervised?.heal();
      return tell('healed', 'healed');
  }
}
