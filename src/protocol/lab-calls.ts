import type { CheckResult } from '../core/health.ts';
import type { Command, CommandResult } from './command.ts';
import type { RequestDetail } from './request-detail.ts';
import type { LabState } from './state.ts';

/**
 * What a lab offers to a screen over a Peer. Beside these the lab sends the event `state` (a LabState) on connecting and on
 * every change, at most 10 a second, and binary telemetry frames to a subscriber.
 */
export interface LabCalls {
  /** Its answer is a sign of life. */
  ping(): void;
  state(): LabState;
  command(command: Command): Promise<CommandResult>;
  /** Starts the stream of frames, with a snapshot first; again after a pause (a hidden page) to get a new snapshot. */
  subscribe(): void;
  /** Stops it. */
  unsubscribe(): void;
  /** The newest lines an origin printed, oldest first, at most 500. */
  'origin-log'(params: { readonly origin: string }): readonly string[];
  /** What the balancer compared for one request, by its number in the frames. */
  'request-detail'(params: { readonly request: number }): Promise<RequestDetail>;
  /** Results of an origin's active health checks, oldest first, at most 60; none while they are off. */
  'origin-checks'(params: { readonly origin: string }): Promise<readonly CheckResult[]>;
  /** The lab as it is now, as the text of a lab file. */
  'lab-file'(): string;
  /** The labs that come with Evenkeel, in the order in which people should meet them. */
  labs(): Promise<readonly LabSummary[]>;
}

/** What a simulated lab offers besides: its clock is its own. It has no `labs`, and needs no sign of life. */
export interface SimulationCalls {
  /** Pauses, and goes on until one request more has arrived. */
  step(): void;
  /** Virtual time per real time: 1 is as fast as life. */
  'set-speed'(params: { readonly speed: number }): void;
  /** Goes to another time of the run. @param params.to ms since its start */
  seek(params: { readonly to: number }): void;
  /** Begins again with what is set by now. @param params.seed none: the same run again */
  restart(params?: { readonly seed?: number }): void;
}

export interface LabSummary {
  /** What `load-lab` takes. */
  readonly id: string;
  readonly name: string;
  /** What to look at, in one sentence. */
  readonly look: string;
}

/** The screen's answer to each frame (an event, not a call); at most MAX_UNACKNOWLEDGED are in flight. */
export interface Acknowledgement {
  readonly sequence: number;
}

export const MAX_UNACKNOWLEDGED = 2;
