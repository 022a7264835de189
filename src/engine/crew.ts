import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Peer } from '../protocol/peer.ts';
import type { RequestDetail } from '../protocol/request-detail.ts';
import { clockOrigin } from './clock.ts';
import type { EngineDefinition, ListenAddress } from './engine-calls.ts';
import type { Shared } from './engine-thread.ts';
import type { FollowerStart } from './follower.ts';
import { portTransport } from './port-transport.ts';
import { PulseWatch, SILENT_FOR } from './pulse.ts';
import type { Batch } from './relay.ts';

/** ms that a thread has to end by itself. */
const STOP_PATIENCE = 1500;

export interface ThreadLoss {
  /** In words, such as `came to an end (code 1)`. */
  readonly what: string;
  /** It did not answer any more: since when it has been given clients whom it knew nothing of. */
  readonly stuck: boolean;
}

interface CrewOptions extends Shared {
  /** The entry of an engine's thread. */
  readonly file: string;
  /** How many followers. */
  readonly size: number;
  readonly definition: EngineDefinition;
  /** What happened in the thread of that number (from 1 on). */
  readonly onBatch: (thread: number, batch: Batch) => void;
  /** One of them failed, in words, and goes on. */
  readonly onProblem: (problem: string) => void;
  /** That thread has come to an end which nobody asked for. */
  readonly onLost: (thread: number, loss: ThreadLoss) => void;
}

interface Member {
  readonly worker: Worker;
  readonly peer: Peer;
  readonly pulse: PulseWatch;
  lost: boolean;
}

/**
 * The lead's followers: the engine's other threads. One that does not beat any more is ended: it would go on to be given clients and keep
 * them waiting. One that dies is not replaced: a new one would have to be told all that was done to the lab so far, and what has killed one
 * thread may kill the next. The others go on.
 */
export class Crew {
  readonly #options: CrewOptions;
  readonly #members: readonly Member[];
  #stopping = false;

  /** Starts them; they have no origins and listen on nothing yet. */
  static async start(options: CrewOptions): Promise<Crew> {
    const crew = new Crew(options);
    const { definition } = options;
    try {
      await Promise.all(
        // Lots are drawn by each for itself.
        crew.#members.map(({ peer }, index) =>
          peer.request('start', { ...definition, seed: definition.seed + index + 1 }),
        ),
      );
    } catch (error) {
      await crew.stop();
      throw error;
    }
    return crew;
  }

  private constructor(options: CrewOptions) {
    this.#options = options;
    this.#members = Array.from({ length: options.size }, (_, index) => this.#member(index + 1));
  }

  #member(thread: number): Member {
    const { file, commons, secret, onBatch, onProblem, onLost } = this.#options;
    const workerData: FollowerStart = { thread, commons: commons.buffer, secret, clock: clockOrigin() };
    const worker = new Worker(file, { workerData });
    let why = '';
    let silent: string | undefined;
    worker.on('message', (message: unknown) => {
      if (typeof message === 'object' && message !== null && 'numbers' in message) onBatch(thread, message as Batch);
    });
    worker.on('error', (error) => {
      why = error.message;
    });
    worker.on('exit', (code) => {
      member.lost = true;
      member.pulse.stop();
      if (!this.#stopping)
        onLost(thread, {
          what: silent ?? `came to an end (${why || `code ${code}`})`,
          stuck: silent !== undefined,
        });
    });
    const peer = new Peer(portTransport(worker));
    peer.on<string>('problem', onProblem);
    const pulse = new PulseWatch(peer, () => {
      silent = `had not answered for ${SILENT_FOR} s and was ended`;
      // This interrupts even a loop without end.
      void worker.terminate();
    });
    const member: Member = { worker, peer, pulse, lost: false };
    return member;
  }

  /** Has all of them that are left do what the call says. @throws what any of them throws */
  async all(call: string, params: unknown): Promise<void> {
    await this.#ask(call, params);
  }

  /** Has all of them listen where the lead does. */
  listen(address: ListenAddress): Promise<void> {
    return this.all('listen', address);
  }

  /** Tells all that something is different from here on. */
  tell(event: string, data: unknown): void {
    for (const { peer } of this.#members) peer.emit(event, data);
  }

  /** What the one that decided for the request compared; undefined where none of them remembers it. */
  async requestDetail(request: number): Promise<RequestDetail | undefined> {
    const details = (await this.#ask('request-detail', { request })) as RequestDetail[];
    return details.find(({ decisions }) => decisions.length > 0);
  }

  /** The answers of those that are left; one that dies on it has none. */
  async #ask(call: string, params: unknown): Promise<unknown[]> {
    const answers = await Promise.all(
      this.#members.map(async (member) => {
        try {
          return member.lost ? undefined : { result: await member.peer.request(call, params) };
        } catch (error) {
          if (member.lost) return undefined;
          throw error;
        }
      }),
    );
    return answers.flatMap((answer) => (answer ? [answer.result] : []));
  }

  /** Ends them; what they had to tell has been told then. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { pulse } of this.#members) pulse.stop();
    const asked = this.all('stop', undefined).catch(() => undefined);
    await Promise.race([asked, wait(STOP_PATIENCE, undefined, { ref: false })]);
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }
}
