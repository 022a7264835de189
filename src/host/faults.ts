import { isFailure } from '../protocol/failovers.ts';
import { faultWords } from '../protocol/fault-words.ts';
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
  run.faults.begun(origin, what, length);
}

async function inflict(lab: Lab, name: string, fault: Fault): Promise<void> {
  const { timeline } = lab;
  const { roster, origins } = lab.run;
  const member = roster.get(name);
  const { text, gist } = faultWords(fault, true);
  const tell = (): void => {
    timeline.add('fault', `${name} ${text}`, { origin: name, label: `${name} ${gist}` });
  };
  // A restart takes as long as its process needs; that it has begun is told at once.
  if (fault.do === 'restart') {
    tell();
    return origins.restart(name);
  }
  const { failedAt } = member;
  // Before it is done: an origin that answers late that it has its fault may have been noticed by then.
  if (isFailure(fault)) member.failedAt = Date.now();
  try {
    await apply(lab, name, fault);
  } catch (error) {
    member.failedAt = failedAt;
    throw error;
  }
  tell();
}

async function apply(
  { engine, run: { roster } }: Lab,
  name: string,
  fault: Exclude<Fault, { do: 'restart' }>,
): Promise<void> {
  switch (fault.do) {
    case 'drain':
    case 'resume':
      await engine.peer.request(fault.do, { name });
      return;
    case 'kill':
      return roster.supervised(name).kill();
    case 'freeze':
      return roster.supervised(name).freeze();
    case 'thaw':
      return roster.supervised(name).thaw();
    case 'hang':
    case 'reset':
      return roster.supervised(name).setFaults({ [fault.do]: true });
    case 'slow':
      return roster.supervised(name).setFaults({ slow: fault.factor });
    case 'errors':
      return roster.supervised(name).setFaults({ errors: fault.share });
    case 'heal':
      return roster.get(name).supervised?.heal();
  }
}
