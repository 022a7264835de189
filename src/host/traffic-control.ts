import { EvenkeelError } from '../core/errors.ts';
import { NOTHING_SENT, type TrafficCalls, type TrafficCounts, type TrafficTarget } from '../engine/traffic-calls.ts';
import type { ClientsDefinition, TrafficDefinition } from '../protocol/lab.ts';
import type { TrafficState } from '../protocol/state.ts';
import { WorkerThread } from './worker-thread.ts';

interface TrafficControlOptions {
  /** The built entry of the generator's thread. */
  readonly file: string;
  readonly onProblem: (problem: string) => void;
  readonly onChange: () => void;
}

/** The lab's own traffic: its thread, its plan and what it has counted. */
export class TrafficControl {
  readonly #thread: WorkerThread<TrafficCalls>;
  #paused = false;
  #counts = NOTHING_SENT;

  constructor({ file, onProblem, onChange }: TrafficControlOptions) {
    this.#thread = new WorkerThread('The traffic generator', file, onProblem);
    this.#thread.peer.on<TrafficCounts>('counts', (counts) => {
      this.#counts = counts;
      onChange();
    });
  }

  get state(): TrafficState {
    const { sent, completed, failed, inFlight, skipped } = this.#counts;
    return {
      paused: this.#paused,
      sent,
      completed,
      failed,
      inFlight,
      ...(skipped > 0 && { problem: `${skipped} arrivals were left out: 10,000 requests were already waiting` }),
    };
  }

  /** Begins anew, running, with nothing counted. */
  async start(target: TrafficTarget, seed: number): Promise<void> {
    await this.#thread.peer.request('start', { target, seed });
    this.#paused = false;
    this.#counts = NOTHING_SENT;
  }

  /** Aborts what is under way; `start` begins anew. */
  async halt(): Promise<void> {
    await this.#thread.peer.request('stop');
  }

  async set(traffic: TrafficDefinition, clients: ClientsDefinition): Promise<void> {
    await this.#thread.peer.request('set', { traffic, clients });
  }

  /** @throws EvenkeelError `not-allowed` while paused */
  async burst(requests: number, over: number): Promise<void> {
    if (this.#paused) throw new EvenkeelError('not-allowed', 'The traffic is paused; run it before you send a burst.');
    await this.#thread.peer.request('burst', { requests, over });
  }

  async setPaused(paused: boolean): Promise<void> {
    await this.#thread.peer.request(paused ? 'pause' : 'run');
    this.#paused = paused;
  }

  /** Asks for the counts now; by itself the generator tells them four times a second. */
  async refresh(): Promise<void> {
    this.#counts = await this.#thread.peer.request('counts');
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }
}
