import type { CommandResult } from '../protocol/command.ts';
import type { EngineMetrics } from '../protocol/metrics.ts';
import type { LabState } from '../protocol/state.ts';
import type { Transport } from '../protocol/transport.ts';

/** A running stream of telemetry frames. */
export interface FrameSubscription {
  /** Says that the frame of this sequence was taken; at most MAX_UNACKNOWLEDGED are on their way at a time. */
  acknowledge(sequence: number): void;
  close(): void;
}

/** What the web host needs of a lab, and nothing more; the host's `Lab` is one. */
export interface ControlledLab {
  readonly state: LabState;
  /** @throws EvenkeelError when the command is not valid or cannot be carried out */
  command(command: unknown): Promise<CommandResult>;
  /** What the balancer has counted since the start. */
  metrics(): Promise<EngineMetrics>;
  /** Serves a screen over `transport` until it closes. */
  connect(transport: Transport): void;
  /**
   * Streams frames, a snapshot first; `sink` is first called after `subscribe` has returned.
   * @param options.everything every attempt is in the frames, none is sampled away
   */
  subscribe(sink: (frame: Uint8Array) => void, options?: { readonly everything?: boolean }): FrameSubscription;
}
