import type { BreakerStatus } from '../core/balancer.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { Settings } from './command.ts';
import type { LabDefinition, OriginDefinition } from './lab.ts';

/** The whole lab as one JSON value: what `GET /api/lab` answers and what a screen gets on connecting and on change. */
export interface LabState {
  readonly version: string;
  /** How the lab is hosted; nothing but wording may depend on it. */
  readonly host: 'desktop' | 'browser' | 'headless';
  /** Real processes and requests, or a simulation of them in virtual time. */
  readonly clock: 'live' | 'virtual';
  /** Present while the clock is virtual. */
  readonly simulation?: SimulationState;
  /** ms since the epoch; another one after another lab was loaded. */
  readonly startedAt: number;
  /** The definition with every change made since it was loaded. */
  readonly lab: LabDefinition;
  readonly proxy: { readonly url: string; readonly host: string; readonly port: number };
  readonly balancer: BalancerState;
  readonly strategy: StrategySpec;
  readonly traffic: TrafficState;
  readonly origins: readonly OriginState[];
  /** Newest last, at most 200. */
  readonly timeline: readonly TimelineEntry[];
  /** Sentences people should read, such as a port that was taken. */
  readonly notices: readonly string[];
  readonly faultScript: FaultScriptState;
  /** The change that `undo` takes back, as "Undo: …" goes on; absent when there is none. */
  readonly undo?: { readonly label: string };
  readonly settings: Settings;
}

/** Where a simulation is. Times in virtual ms since its start. */
export interface SimulationState {
  readonly seed: number;
  /** Virtual ms per real ms that were asked for. */
  readonly speed: number;
  readonly at: number;
  /** The latest time that was reached in this run. */
  readonly reached: number;
  /** Present while it is on its way to a time that was asked for. */
  readonly seeking?: true;
  /** Present while the lab needs more work than there is time for, so that it runs slower than it was asked to. */
  readonly behind?: true;
}

/** The balancer as a whole. */
export interface BalancerState {
  /** Requests in its queue, because every origin that may serve them is full. Frames tell it faster. */
  readonly queued: number;
  /** So few origins are healthy that others are used, too. */
  readonly panic: boolean;
  /** Absent while there is no circuit breaker. Times are in ms since the epoch. */
  readonly breaker?: BreakerStatus;
  /** Of its threads, those that have come to an end; absent while there are none. */
  readonly lostThreads?: number;
}

/** How far the lab's fault script (`lab.faults`, in the order of their times) has come. */
export interface FaultScriptState {
  readonly running: boolean;
  /** ms since the epoch, when it was last begun; absent before. */
  readonly startedAt?: number;
  /** How many of its lines have happened since then. */
  readonly done: number;
}

export interface TrafficState {
  readonly paused: boolean;
  /** Counted by the traffic generator, as its clients saw it. */
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  readonly inFlight: number;
  /** Why arrivals are being left out, when they are. */
  readonly problem?: string;
}

/**
 * starting: its process is not ready · up · going-down: some checks failed · down: checks failed, or it never came up ·
 * going-up: down, some checks passed · ejected: its requests failed in a row · draining: no new requests · drained: none left.
 */
export type OriginStatus = 'starting' | 'up' | 'going-down' | 'down' | 'going-up' | 'ejected' | 'draining' | 'drained';

export interface OriginState {
  readonly name: string;
  readonly definition: OriginDefinition;
  /** `host:port`. */
  readonly address: string;
  readonly weight: number;
  /** What the balancer believes. */
  readonly status: OriginStatus;
  /** Whether the balancer may choose it (when it has room: see `full`). */
  readonly available: boolean;
  /** Present while it has as many requests in flight as it may have, and others wait. */
  readonly full?: true;
  /** Present while it is used only because of a panic: it is not healthy, but too few are. */
  readonly panic?: true;
  /** The part (0–1) of all requests that is for origins of its priority (for the backups); absent: all of them. */
  readonly levelLoad?: number;
  /** Its share (0–1) of the requests in the long run; absent where theory knows none for the strategy. */
  readonly expectedShare?: number;
  /** Present while it warms up after a failure: the part (0–1) of its share that it gets. */
  readonly warmth?: number;
  /** Requests of clients that stay with it, waiting for it alone; absent: none. */
  readonly queued?: number;
  /** One short phrase: why it is in this state. */
  readonly reason: string;
  /** ms since the epoch. */
  readonly since: number;
  /** ms since the epoch; while ejected. */
  readonly ejectedUntil?: number;
  /** What is really so; absent for a foreign origin. The balancer has to find out by itself. */
  readonly process?: ProcessState;
  readonly load?: { readonly value: number; readonly at: number };
}

/** Whether somebody has said that it gets no new requests. */
export function isDraining(status: OriginStatus): status is 'draining' | 'drained' {
  return status === 'draining' || status === 'drained';
}

export interface ProcessState {
  readonly status: 'starting' | 'running' | 'frozen' | 'exited' | 'failed';
  readonly pid?: number;
  /** How it ended, or why it could not start. */
  readonly detail?: string;
  readonly faults: { readonly slow: number; readonly errors: number; readonly hang: boolean; readonly reset: boolean };
  /** Counted by the origin itself (reported every 250 ms and on demand). */
  readonly received: number;
  readonly serving: number;
  readonly waiting: number;
}

/** Whether it has come to an end, or never began. */
export function isDead(process: ProcessState | undefined): boolean {
  return process?.status === 'exited' || process?.status === 'failed';
}

/** What one failure of an origin costs, from the fault on. Durations in ms; requests are counted exactly. */
export interface Failover {
  /** Until the balancer took it out; absent while it has not, or never did. */
  readonly noticedAfter?: number;
  /** Requests that broke there and were tried elsewhere. */
  readonly retried: number;
  /** Requests that broke there and failed for their clients. */
  readonly lost: number;
  /** Until it worked and was chosen again; absent while it is not over. */
  readonly recoveredAfter?: number;
}

export interface TimelineEntry {
  readonly id: number;
  /** ms since the epoch. */
  readonly at: number;
  readonly kind:
    | 'lab'
    | 'strategy'
    | 'traffic'
    | 'fault'
    | 'exited'
    | 'noticed'
    | 'ejected'
    | 'returned'
    | 'added'
    | 'removed'
    | 'policy'
    | 'outage'
    | 'marker';
  readonly origin?: string;
  /** In plain words. */
  readonly text: string;
  /** The gist in a few words, at most 22 characters, for where a sentence has no room: "B killed". Absent: no room is needed. */
  readonly label?: string;
  /** With what tells that a failure was noticed, kept up to date until it is over, and with what tells that it is over. */
  readonly failover?: Failover;
}
