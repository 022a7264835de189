import type { OpenTraffic } from '../core/arrivals.ts';
import type { ClientsDefinition } from '../core/clients.ts';
import type { OriginRole } from '../core/origin.ts';
import type { Policies } from '../core/policies.ts';
import type { ServiceDefinition } from '../core/service.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { Expectation } from './measure.ts';

export type { OpenTraffic } from '../core/arrivals.ts';
export type { ClientsDefinition } from '../core/clients.ts';
export type { OriginRole } from '../core/origin.ts';
export type { ServiceDefinition, TimeDistribution } from '../core/service.ts';

/** Who moves the bytes: our own data path, or the library that most tutorials use. */
export const FORWARDERS = ['native', 'http-proxy'] as const;
export type ForwarderName = (typeof FORWARDERS)[number];

/** Headers that the balancer may add to requests, beside X-Forwarded-For, -Proto and -Host: who asked whom, after RFC 7239. */
export const REQUEST_HEADERS = ['forwarded'] as const;
export type RequestHeader = (typeof REQUEST_HEADERS)[number];

/** Headers that the balancer may add to answers: which origin it was (percent-encoded), and how long what took. */
export const RESPONSE_HEADERS = ['x-evenkeel-origin', 'server-timing'] as const;

/** What the balancer itself adds to answers. */
export interface AnswersDefinition {
  /** A signed cookie of that name keeps each client at the origin it first got, as long as that serves. */
  readonly sticky: { readonly cookie: string } | 'off';
  readonly responseHeaders: readonly (typeof RESPONSE_HEADERS)[number][];
}

/** A lab as a value: what a lab file says, with defaults filled in and every duration in ms, rate in 1/s, share in 0–1. */
export interface LabDefinition extends Policies, AnswersDefinition {
  readonly name: string;
  /** What to look at and what to try, in one sentence. */
  readonly look?: string;
  readonly seed: number;
  /** `tls`: files with the certificate (and its chain) and its key, in PEM; clients then speak TLS. */
  readonly listen: {
    readonly host: string;
    readonly port: number;
    readonly tls?: { readonly cert: string; readonly key: string };
  };
  /** Whether X-Forwarded-For of a peer on this machine names the client (the traffic generator's clients need it). */
  readonly trustForwarded: 'loopback' | 'none';
  readonly requestHeaders: readonly RequestHeader[];
  readonly forwarder: ForwarderName;
  /** How many threads balance, all on the same port; 1 to 64. Only live: a simulation is of what they do together. */
  readonly threads: number;
  readonly strategy: StrategySpec;
  readonly origins: readonly OriginDefinition[];
  readonly clients: ClientsDefinition;
  readonly traffic: TrafficDefinition;
  readonly faults: readonly ScheduledFault[];
  /** Only simulated: the real network is as it is. */
  readonly network?: NetworkDefinition;
  /** ms; absent: until stopped. */
  readonly duration?: number;
  /** What is to be measured, and why. */
  readonly expect?: readonly Expectation[];
}

/** What lies between the balancer and its origins. */
interface NetworkDefinition {
  /** ms each way. */
  readonly delay: number;
}

export type OriginDefinition = SpawnedOrigin | ForeignOrigin;

/** A process of ours. */
export interface SpawnedOrigin extends OriginRole {
  readonly name: string;
  readonly port: number;
  readonly weight: number;
  readonly service: ServiceDefinition;
}

/** Run by someone else: proxied and checked, never killed. */
export interface ForeignOrigin extends OriginRole {
  readonly name: string;
  /** http or https; its certificate is verified. */
  readonly url: string;
  /** File with the authorities to trust for https instead of the usual ones, in PEM. */
  readonly ca?: string;
  readonly weight: number;
}

/** What an origin is among the others, without what is as usual. */
export function roleOf({ backup, priority, maxInFlight }: OriginRole): OriginRole {
  return {
    ...(backup && { backup }),
    ...(priority !== undefined && priority > 0 && { priority }),
    ...(maxInFlight !== undefined && { maxInFlight }),
  };
}

/** The origin in another role, whatever it was before. */
export function withRole<Origin extends OriginDefinition>(origin: Origin, role: OriginRole): Origin {
  const { backup: _backup, priority: _priority, maxInFlight: _maxInFlight, ...rest } = origin;
  return { ...rest, ...roleOf(role) } as Origin;
}

export function isSpawned(origin: OriginDefinition): origin is SpawnedOrigin {
  return 'port' in origin;
}

/** `host:port`; what hashing strategies place on their rings and tables. */
export function addressOf(origin: OriginDefinition): string {
  if (isSpawned(origin)) return `127.0.0.1:${origin.port}`;
  const { host, port, protocol } = new URL(origin.url);
  return port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;
}

/** `fanOut`: calls that each arrival (a page, say) makes at once; it is done when the last of them is. Absent: 1. */
export type TrafficDefinition = { readonly paths: readonly string[]; readonly fanOut?: number } & (
  | { readonly open: OpenTraffic }
  | { readonly closed: ClosedTraffic }
  | { readonly off: true }
);

/** Requests/s of open traffic: each of its arrivals may make several. */
export function requestRateOf({ open, fanOut = 1 }: TrafficDefinition & { readonly open: OpenTraffic }): number {
  return open.rate * fanOut;
}

/** Users that each wait for their answer, then think (mean ms, exponential). */
export interface ClosedTraffic {
  readonly users: number;
  readonly think: number;
}

/** What can be done to a spawned origin while it runs. */
export type Fault =
  | { readonly do: 'kill' | 'restart' | 'freeze' | 'thaw' | 'hang' | 'reset' | 'drain' | 'resume' | 'heal' }
  /** Service times `factor` times as long. */
  | { readonly do: 'slow'; readonly factor: number }
  /** `share` (0–1) of the answers are 500. */
  | { readonly do: 'errors'; readonly share: number };

export type FaultName = Fault['do'];

export type ScheduledFault = Fault & {
  /** ms after the lab's start. */
  readonly at: number;
  readonly origin: string;
  /** ms until the fault is undone; absent: it stays. */
  readonly for?: number;
};
