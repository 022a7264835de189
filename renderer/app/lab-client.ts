import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Command, CommandResult } from '../../src/protocol/command.ts';
import { decodeFrame } from '../../src/protocol/frame.ts';
import { Peer } from '../../src/protocol/peer.ts';
import type { LabState } from '../../src/protocol/state.ts';
import type { Transport } from '../../src/protocol/transport.ts';
import { Telemetry } from '../telemetry/telemetry.ts';
import { type Attempt, backOff } from '../transport/connect.ts';
import { shareStructure } from './share-structure.ts';

export interface LabView {
  /** connecting: never reached yet · lost: reached once, gone, being tried again. */
  readonly connection: 'connecting' | 'open' | 'lost' | 'refused';
  readonly lab: LabState | undefined;
}

/** The page's one connection to its lab: keeps it up, and turns what comes into state (JSON) and telemetry (frames). */
export class LabClient {
  readonly store: StoreApi<LabView> = createStore<LabView>(() => ({ connection: 'connecting', lab: undefined }));
  readonly telemetry = new Telemetry();
  /** Told each sentence that a failed command left behind. */
  onProblem: (sentence: string) => void = () => {};
  #connect: () => Promise<Attempt>;
  #peer: Peer | undefined;
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
    return this.request<CommandResult>('command', command);
  }

  async request<Result>(call: string, params?: unknown): Promise<Result | undefined> {
    try {
      if (!this.#peer) throw new Error('The lab is not connected; it is being tried again.');
      return await this.#peer.request<Result>(call, params);
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
    const peer = new Peer(transport);
    this.#peer = peer;
    peer.on<LabState>('state', (state) => this.#receive(state));
    peer.onFrame((bytes) => {
      const frame = decodeFrame(bytes);
      peer.emit('ack', { sequence: frame.sequence });
      this.telemetry.apply(frame);
    });
    peer.onClose(() => {
      this.#peer = undefined;
      this.store.setState({ connection: 'lost' });
      setTimeout(() => void this.#try(), backOff(this.#tries++));
    });
    // A desktop lab sent its first state before this page listened; asking covers that.
    void peer.request<LabState>('state').then(
      (state) => this.#receive(state),
      () => {},
    );
    this.#stream();
  }

  #receive(state: LabState): void {
    const known = this.store.getState().lab;
    if (known && known.startedAt !== state.startedAt) this.telemetry.reset();
    this.store.setState({ connection: 'open', lab: shareStructure(known, state) });
  }

  /** A hidden page asks for no frames, and gets a snapshot when it is seen again. */
  #stream(): void {
    const call = document.visibilityState === 'hidden' ? 'unsubscribe' : 'subscribe';
    // Losing the connection here is told by onClose.
    this.#peer?.request(call).catch(() => {});
  }
}
