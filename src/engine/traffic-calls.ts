import type { ClientsDefinition, TrafficDefinition } from '../protocol/lab.ts';

export interface TrafficTarget {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** What the traffic generator's thread is asked to do. */
export interface TrafficCalls {
  /** Begins anew: what is under way is aborted and nothing is counted yet. */
  start(options: { readonly target: TrafficTarget; readonly seed: number }): void;
  /** Takes effect with the next arrival; requests under way go on. */
  set(plan: { readonly traffic: TrafficDefinition; readonly clients: ClientsDefinition }): void;
  /** So many requests more, evenly over so many ms; a pause ends it. */
  burst(burst: { readonly requests: number; readonly over: number }): void;
  pause(): void;
  run(): void;
  counts(): TrafficCounts;
  /** Aborts what is under way. */
  stop(): void;
}

/** As the generator's clients saw it, since the start; sent as the event `counts` when changed, 4 times a second. */
export interface TrafficCounts {
  readonly sent: number;
  /** Answered below 500. */
  readonly completed: number;
  readonly failed: number;
  readonly inFlight: number;
  /** Arrivals left out because too many requests were under way. */
  readonly skipped: number;
}

export const NOTHING_SENT: TrafficCounts = { sent: 0, completed: 0, failed: 0, inFlight: 0, skipped: 0 };
