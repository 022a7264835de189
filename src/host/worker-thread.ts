import { type MessagePort, Worker } from 'node:worker_threads';
import { EvenkeelError } from '../core/errors.ts';
import { portTransport } from '../engine/port-transport.ts';
import { PulseWatch, SILENT_FOR } from '../engine/pulse.ts';
import { Peer } from '../protocol/peer.ts';

/** One of the lab's threads (engine, traffic), spoken to with its calls. */
export class WorkerThread<Asked extends { stop(): unknown }> {
  readonly peer: Peer<Asked>;
  readonly #worker: Worker;
  readonly #pulse: PulseWatch;
  #stopping = false;

  /**
   * @param name such as `The balancer`
   * @param onProblem it failed, in words; the lab goes on as far as it can
   * @param onBack it was silent for so long that who asked something of it was told so; it may have done that now
   */
  constructor(name: string, file: string, onProblem: (problem: string) => void, onBack?: () => void) {
    this.#worker = new Worker(file, { stdout: false, stderr: false });
    this.peer = new Peer(portTransport(this.#worker));
    this.peer.on<string>('problem', onProblem);
    this.#pulse = new PulseWatch(
      this.peer,
      () => {
        onProblem(`its thread has not answered for ${SILENT_FOR} s; if it does not come back, start Evenkeel anew`);
        this.peer.setSilent(silent(name));
      },
      (silence) => {
        this.peer.setSilent(undefined);
        onProblem(`its thread had not answered for ${silence} s, and does so again`);
        onBack?.();
      },
    );
    this.#worker.on('error', (error) => onProblem(error.message));
    this.#worker.on('exit', (code) => {
      this.#pulse.stop();
      if (!this.#stopping) onProblem(`its thread ended with code ${code}`);
    });
  }

  /** A message beside the calls that takes a port along. */
  sendPort(message: object, port: MessagePort): void {
    this.#worker.postMessage({ ...message, port }, [port]);
  }

  /** Asks it to stop, and ends it after `patience` ms in any case. */
  async stop(patience = 2000): Promise<void> {
    this.#stopping = true;
    this.#pulse.stop();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, patience);
    });
    await Promise.race([(this.peer as Peer<{ stop(): unknown }>).request('stop').catch(() => undefined), late]);
    clearTimeout(timer);
    await this.#worker.terminate();
  }
}

function silent(name: string): EvenkeelError {
  return new EvenkeelError(
    'disconnected',
    `${name} does not answer, so this may not have been done; if that lasts, start Evenkeel anew.`,
  );
}
