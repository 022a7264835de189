import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Command, CommandResult } from '../../src/protocol/command.ts';
import { decodeFrame } from '../../src/protocol/frame.ts';
import type { LabCalls, SimulationCalls } from '../../src/protocol/lab-calls.ts';
import { type AnswerOf, type ParamsOf, Peer } from '../../src/protocol/peer.ts';
import type { LabState } from '../../src/protocol/state.ts';
import type { Transport } from '../../src/protocol/transport.ts';
import { Telemetry } from '../telemetry/telemetry.ts';
import { type Attempt, backOff } from '../transport/connect.ts';
import { startHeartbeat } from '../transport/heartbeat.ts';
import { shareStructure } from './share-structure.ts';

/** What the screen may ask: a lab, and for a simulation its clock. */
type ScreenCalls = LabCalls & SimulationCalls;
/** What comes back of a call. */
export type AnswerTo<Call extends keyof ScreenCalls> = AnswerOf<ScreenCalls[Call]>;

export interface LabView {
  /** connecting: never reached yet · lost: reached once, gone, being tried again. */
  readonly connection: 'connecting' | 'open' | 'lost' | 'refused';
  readonly lab: LabState | undefined;
}

/** The page's connection to its lab, or to a simulation of it: keeps it up, and turns what comes into state (JSON) and telemetry (frames). */
export class LabClient {
  readonly store: StoreApi<LabView> = createStore<LabView>(() => ({ connection: 'connecting', lab: undefined }));
  readonly telemetry = new Telemetry();
  /** Told each sentence that a failed command left behind. */
  onProblem: (sentence: string) => void = () => {};
  #connect: () => Promise<Attempt>;
  /** What is on the screen: the live lab's, or a simulation's. */
  #peer: Peer<ScreenCalls> | undefined;
  #live: Peer<ScreenCalls> | undefined;
  #liveState: LabState | undefined;
  #tries = 0;

  constructor(connect: () => Promise<Attempt>) {
    this.#connect = connect;
  }

  start(): void {
    document.addEventListener('visibilitychange', () => this.#stream());
    void this.#try();
  }

  /** Undefined when it failed; the reason is then on screen already. */
  async command(command: Command): Promise<CommandResult | undefined> {
    return this.request('command', command);
  }

  /** As `command`. */
  async request<Call extends keyof ScreenCalls>(
    call: Call,
    ...params: ParamsOf<ScreenCalls[Call]>
  ): Promise<AnswerTo<Call> | undefined> {
    try {
      const peer = isHosts(call, params[0]) ? this.#live : this.#peer;
      if (!peer) throw new Error('The lab is not connected; it is being tried again.');
      // The simulation was of the lab that is left.
      if (isLoad(call, params[0])) this.backToLive();
      return await peer.request(call, ...params);
    } catch (error) {
      this.onProblem(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  async #try(): Promise<void> {
    const attempt = await this.#connect();
    if (attempt === 'refused') this.store.setState({ connection: 'refused' });
    else if (attempt === 'unreachable') setTimeout(() => void this.#try(), backOff(this.#tries++));
    else this.#open(attempt.transport);
  }

  #open(transport: Transport): void {
    this.#tries = 0;
    const peer = this.#attach(transport, (state) => {
      this.#liveState = state;
      if (this.#peer === peer) this.#receive(state);
    });
    const simulating = this.#peer !== undefined;
    this.#live = peer;
    if (!simulating) this.#peer = peer;
    const endHeartbeat = startHeartbeat(
      () => peer.request('ping'),
      () => peer.close(),
    );
    peer.onClose(() => {
      endHeartbeat();
      this.#live = undefined;
      if (this.#peer === peer) {
        this.#peer = undefined;
        this.store.setState({ connection: 'lost' });
      }
      setTimeout(() => void this.#try(), backOff(this.#tries++));
    });
    if (!simulating) this.#stream();
  }

  /** What comes over a transport, as far as it is what the screen shows. */
  #attach(transport: Transport, onState: (state: LabState) => void): Peer<ScreenCalls> {
    const peer = new Peer<ScreenCalls>(transport);
    peer.on<LabState>('state', onState);
    peer.onFrame((bytes) => {
      const frame = decodeFrame(bytes);
      peer.emit('ack', { sequence: frame.sequence });
      if (this.#peer === peer) this.telemetry.apply(frame);
    });
    // A desktop lab sent its first state before this page listened; asking covers that.
    void peer.request('state').then(onState, () => {});
    return peer;
  }

  /** Puts a simulation of the live lab on the screen; the lab itself runs on behind it. */
  simulate(open: (live: LabState) => Transport): void {
    const live = this.#liveState;
    if (!live || this.#peer !== this.#live) return;
    this.#live?.request('unsubscribe').catch(() => {});
    const peer = this.#attach(open(live), (state) => {
      if (this.#peer === peer) this.#receive(state);
    });
    this.#peer = peer;
    peer.onClose(() => {
      if (this.#peer !== peer) return;
      this.onProblem('The simulation has ended unexpectedly; the live lab is on the screen again.');
      this.#showLive();
    });
    this.#stream();
  }

  /** Ends the simulation, if there is one. */
  backToLive(): void {
    const simulation = this.#peer;
    if (!simulation || simulation === this.#live) return;
    this.#showLive();
    simulation.close();
  }

  #showLive(): void {
    this.#peer = this.#live;
    if (this.#liveState) this.#receive(this.#liveState);
    if (!this.#live) this.store.setState({ connection: 'lost' });
    this.#stream();
  }

  #receive(state: LabState): void {
    const known = this.store.getState().lab;
    if (known && known.startedAt !== state.startedAt) this.telemetry.reset();
    this.telemetry.speed = state.simulation?.speed;
    this.store.setState({ connection: 'open', lab: shareStructure(known, state) });
  }

  /** A hidden page asks for no frames, and gets a snapshot when it is seen again. */
  #stream(): void {
    const call = document.visibilityState === 'hidden' ? 'unsubscribe' : 'subscribe';
    // Losing the connection here is told by onClose.
    this.#peer?.request(call).catch(() => {});
  }
}

/** What the host answers whatever is on the screen: labs to load, and what people chose for themselves. */
function isHosts(call: string, params: unknown): boolean {
  return call === 'labs' || isLoad(call, params) || commandOf(call, params) === 'save-settings';
}

function isLoad(call: string, params: unknown): boolean {
  return commandOf(call, params) === 'load-lab';
}

function commandOf(call: string, params: unknown): Command['command'] | undefined {
  return call === 'command' ? (params as Command).command : undefined;
}
