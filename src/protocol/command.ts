import type { Policies } from '../core/policies.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type {
  AnswersDefinition,
  ClientsDefinition,
  Fault,
  ForwarderName,
  OriginDefinition,
  OriginRole,
  ScheduledFault,
  ServiceDefinition,
  TrafficDefinition,
} from './lab.ts';

/** An origin to add: a port of 0 or none means the next free one, a missing name the next letter. */
export type NewOrigin = OriginRole &
  (
    | {
        readonly name?: string;
        readonly port?: number;
        readonly weight?: number;
        readonly service?: Partial<ServiceDefinition>;
      }
    | { readonly name?: string; readonly url: string; readonly ca?: string; readonly weight?: number }
  );

/** Everything a screen or a script can ask of a running lab; the same values over IPC, WebSocket and the control API. */
export type Command =
  /** `strategy` is an id, or { use, …parameters }. */
  | { readonly command: 'set-strategy'; readonly strategy: string | StrategySpec }
  | { readonly command: 'set-traffic'; readonly traffic: TrafficDefinition }
  | { readonly command: 'set-clients'; readonly clients: ClientsDefinition }
  /** Stops and starts the lab's own traffic; the balancer goes on serving others. */
  | { readonly command: 'pause' | 'run' }
  | ({ readonly command: 'fault'; readonly origin: string; readonly for?: number } & Fault)
  /** It stands before the origin of the name `before`; at the end without. Strategies that go in order go in this one. */
  | { readonly command: 'add-origin'; readonly origin: NewOrigin; readonly before?: string }
  | { readonly command: 'remove-origin'; readonly origin: string }
  | { readonly command: 'set-weight'; readonly origin: string; readonly weight: number }
  /** What is left out of the role is as usual again. */
  | { readonly command: 'set-role'; readonly origin: string; readonly role: OriginRole }
  | { readonly command: 'set-service'; readonly origin: string; readonly service: ServiceDefinition }
  /** New connections are served by it; requests in progress end where they are. */
  | { readonly command: 'set-forwarder'; readonly forwarder: ForwarderName }
  | { readonly command: 'set-sticky'; readonly sticky: AnswersDefinition['sticky'] }
  | { readonly command: 'set-response-headers'; readonly headers: AnswersDefinition['responseHeaders'] }
  | { readonly command: 'set-policies'; readonly policies: Partial<Policies> }
  /** That many requests more, spread evenly over so many ms, whatever the traffic is. */
  | { readonly command: 'burst'; readonly requests: number; readonly over: number }
  /** The lab's fault script; one that runs goes on with the new lines that are still to come. */
  | { readonly command: 'set-faults'; readonly faults: readonly ScheduledFault[] }
  /** Runs the fault script from now, from its beginning; or lets nothing more of it happen. */
  | { readonly command: 'run-faults' | 'stop-faults' }
  /**
   * Another lab in place of the running one: the id of one that comes with Evenkeel, or the text of a lab file (`file` is
   * its name). A lab that is wrong changes nothing.
   */
  | { readonly command: 'load-lab'; readonly lab: string; readonly file?: string }
  /** Takes back the last change, as `state.undo` says. */
  | { readonly command: 'undo' }
  | { readonly command: 'marker'; readonly text: string }
  | { readonly command: 'save-settings'; readonly settings: Settings };

export type CommandName = Command['command'];

/** What a command answers; the new state follows as an event. */
export interface CommandResult {
  /** The name of the origin that `add-origin` made. */
  readonly origin?: OriginDefinition;
}

/** What people chose for themselves, kept between runs. */
export interface Settings {
  readonly theme: 'system' | 'dark' | 'light';
  readonly projector: boolean;
  /** Single-letter keys on or off (WCAG 2.1.4). */
  readonly singleKeys: boolean;
}

export const DEFAULT_SETTINGS: Settings = { theme: 'system', projector: false, singleKeys: true };
