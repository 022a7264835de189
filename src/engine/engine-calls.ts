import type { BalancerStatus, BreakerStatus, OriginRole } from '../core/balancer.ts';
import type { CheckResult } from '../core/health.ts';
import type { Policies } from '../core/policies.ts';
import type { LoadReport, StrategySpec } from '../core/strategy.ts';
import type { Breakdowns } from '../protocol/breakdown-recorder.ts';
import type { AnswersDefinition, ForwarderName, RequestHeader } from '../protocol/lab.ts';
import type { EngineMetrics } from '../protocol/metrics.ts';
import type { RequestDetail } from '../protocol/request-detail.ts';

/** PEM of a certificate (with its chain) and of its key. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface EngineDefinition {
  readonly seed: number;
  readonly strategy: StrategySpec;
  readonly policies: Policies;
  readonly trustForwarded: 'loopback' | 'none';
  /** None: X-Forwarded-* alone tell origins of the client. */
  readonly requestHeaders?: readonly RequestHeader[];
  readonly forwarder: ForwarderName;
  /** None: nothing is added. */
  readonly answers?: AnswersDefinition;
  /** How many threads listen and balance; none: 1. */
  readonly threads?: number;
  /** False: nothing is counted, to measure what counting costs. */
  readonly telemetry?: boolean;
}

export interface EngineOrigin {
  readonly name: string;
  /** The origin that it stands before; at the end without. */
  readonly before?: string;
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly role?: OriginRole;
  /** Over TLS; `ca`: PEM of authorities to trust instead of the usual ones. */
  readonly tls?: { readonly ca?: string };
}

/** Where the balancer listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly tls?: ServerCertificate;
}

/** What the engine's thread is asked to do. Every call takes effect on the next decision; none drops a request. */
export interface EngineCalls {
  /** Begins anew, in place of what ran: no origins, nothing counted, and each subscriber gets a new snapshot. */
  start(definition: EngineDefinition): Promise<void>;
  /** @throws EvenkeelError `port-in-use` | `port-forbidden` */
  listen(address: ListenAddress): Promise<{ readonly port: number }>;
  'add-origin'(origin: EngineOrigin): void;
  'remove-origin'(origin: { readonly name: string }): void;
  /** Attempts in flight at an origin, also at one that was removed. */
  'in-flight'(origin: { readonly name: string }): number;
  'set-weight'(change: { readonly name: string; readonly weight: number }): void;
  'set-role'(change: { readonly name: string; readonly role: OriginRole }): void;
  'set-strategy'(strategy: StrategySpec): void;
  'set-answers'(answers: AnswersDefinition): void;
  'set-forwarder'(choice: { readonly name: ForwarderName }): void;
  'set-policies'(policies: Policies): void;
  drain(origin: { readonly name: string }): void;
  resume(origin: { readonly name: string }): void;
  report(): EngineReport;
  metrics(): EngineMetrics;
  'request-detail'(params: { readonly request: number }): RequestDetail;
  /** Results of one origin's health checks, oldest first, at most 60. */
  checks(origin: { readonly name: string }): readonly CheckResult[];
  /** Stops accepting, lets nothing new begin and closes every connection. */
  stop(): Promise<void>;
}

/** What the balancer believes now; sent as the event `report` when it changed, at most 20 times a second. */
export interface EngineReport {
  /** Requests in the queue; while there are any, told four times a second. */
  readonly queued: number;
  /** So few origins are healthy that others are used, too. */
  readonly panic: boolean;
  /** Absent while there is none. */
  readonly breaker?: BreakerStatus;
  /** Threads that have come to an end; absent while there are none. */
  readonly lostThreads?: number;
  /** Requests for which no origin was available, since the start; absent where others refuse some, too. */
  readonly refused?: number;
  readonly origins: readonly EngineOriginState[];
}

export interface EngineOriginState {
  readonly name: string;
  readonly weight: number;
  readonly status: BalancerStatus;
  /** Whether it is one of those that requests are shared out among. */
  readonly inRotation: boolean;
  /** In rotation only because of a panic. */
  readonly panic: boolean;
  /** The part (0–1) of all requests that is for origins of its level. */
  readonly levelLoad: number;
  /** Its share (0–1) in the long run, where theory knows it. */
  readonly expectedShare?: number;
  /** It has as many attempts in flight as it may have, and requests wait. */
  readonly full: boolean;
  /** The part (0–1) of its share that it gets; less than 1 while it warms up. */
  readonly warmth: number;
  /** Requests that wait for this origin alone. */
  readonly queued: number;
  readonly reason: string;
  readonly since: number;
  readonly breakdowns: Breakdowns;
  readonly ejectedUntil?: number;
  readonly load?: LoadReport;
}

/** A message beside the calls: a port on which a new subscriber gets its frames. */
export interface Subscription {
  readonly subscribe: { readonly everything: boolean };
}
