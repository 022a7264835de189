import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Commons } from '../core/commons.ts';
import { Peer } from '../protocol/peer.ts';
import type { RequestDetail } from '../protocol/request-detail.ts';
import { clockOrigin } from './clock.ts';
import type { EngineDefinition, ListenAddress } from './engine-calls.ts';
import type { FollowerStart } from './follower.ts';
import { portTransport } from './port-transport.ts';
import type { Batch } from './relay.ts';

/** ms that a thread has to end by itself. */
const STOP_PATIENCE = 1500;

export interface CrewOptions {
  /** The entry of an engine's thread. */
  readonly file: string;
  /** How many followers. */
  readonly size: number;
  readonly commons: Commons;
  readonly secret: string;
  readonly definition: EngineDefinition;
  /** What happened in one of them. */
  readonly onBatch: (batch: Batch) => void;
  /** One of them failed, in words. */
  readonly onProblem: (problem: string) => void;
}

/** The lead's followers: the engine's other threads. */
export class Crew {
  readonly #members: readonly { readonly worker: Worker; readonly peer: Peer }[];
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

  private constructor({ file, size, commons, secret, onBatch, onProblem }: CrewOptions) {
    this.#members = Array.from({ length: size }, (_, index) => {
      const thread = index + 1;
      const workerData: FollowerStart = { thread, commons: commons.buffer, secret, clock: clockOrigin() };
      const worker = new Worker(file, { workerData });
      worker.on('message', (message: unknown) => {
        if (typeof message === 'object' && message !== null && 'numbers' in message) onBatch(message as Batch);
      });
      worker.on('error', (error) => onProblem(error.message));
      worker.on('exit', (code) => {
        if (!this.#stopping) onProblem(`one of its threads ended with code ${code}; load the lab anew`);
      });
      const peer = new Peer(portTransport(worker));
      peer.on<string>('problem', onProblem);
      return { worker, peer };
    });
  }

  /** Has all of them do what the call says. @throws what any of them throws */
  async all(call: string, params: unknown): Promise<void> {
    await Promise.all(this.#members.map(({ peer }) => peer.request(call, params)));
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
    const details = await Promise.all(
      this.#members.map(({ peer }) => peer.request('request-detail', { request }) as Promise<RequestDetail>),
    );
    return details.find(({ decisions }) => decisions.length > 0);
  }

  /** Ends them; what they had to tell has been told then. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const asked = this.all('stop', undefined).catch(() => undefined);
    await Promise.race([asked, wait(STOP_PATIENCE, undefined, { ref: false })]);
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }
}
