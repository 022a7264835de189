import type { Peer } from '../protocol/peer.ts';

/** ms between two beats of a thread, and between two looks at whether it has beaten. */
const EVERY = 1000;
/**
 * Looks in a row that find no beat until a thread counts as stuck. A collection of all garbage in a full heap takes a second or two, and a
 * saturated machine lets a thread wait for less; a client that waits longer than this has mostly left.
 */
const PATIENCE = 8;

/** s for which a thread has been silent when it counts as stuck. */
export const SILENT_FOR = (EVERY * PATIENCE) / 1000;

/** From here on this thread beats, as long as its event loop turns. @param to the thread that started it */
export function beat(to: Peer): void {
  const tell = (): void => to.emit('beat', null);
  tell();
  setInterval(tell, EVERY).unref();
}

/**
 * Watches a thread that beats, from its first beat on: loading may take its time. Its silence is measured in looks, not by the clock, so that
 * whoever was stopped itself (a sleeping machine, a process under Ctrl+Z) does not take that for the other's silence.
 */
export class PulseWatch {
  #looks = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /**
   * @param onSilent called once for each silence, when it has lasted SILENT_FOR
   * @param onBack it beats again after that. @param onBack.silence s, about
   */
  constructor(peer: Peer, onSilent: () => void, onBack?: (silence: number) => void) {
    peer.on('beat', () => {
      const looks = this.#looks;
      this.#looks = 0;
      if (looks >= PATIENCE && !this.#stopped) onBack?.((looks * EVERY) / 1000);
      if (!this.#stopped) this.#timer ??= setInterval(() => this.#look(onSilent), EVERY).unref();
    });
  }

  /** Says no more. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  #look(onSilent: () => void): void {
    if (++this.#looks === PATIENCE) onSilent();
  }
}
