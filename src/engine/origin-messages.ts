import type { ServiceDefinition } from '../protocol/lab.ts';

/** What an origin process is started with, as one JSON argument. */
export interface OriginArguments {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly service: ServiceDefinition;
  /** Together they say what it draws, see `originStream`. */
  readonly seed: number;
  readonly number: number;
  /** Whether it starts again, with cold caches (`ServiceDefinition.coldStart`). */
  readonly cold: boolean;
}

/** Faults an origin plays itself; kill, freeze and their undoing are signals from outside. */
export interface PlayedFaults {
  /** Service times this many times as long; 1 = none. */
  readonly slow: number;
  /** Share (0–1) of answers that are 500; 0 = none. */
  readonly errors: number;
  /** Accepts and never answers. */
  readonly hang: boolean;
  /** Resets each connection instead of answering. */
  readonly reset: boolean;
}

export type ToOrigin =
  | { readonly type: 'faults'; readonly faults: PlayedFaults }
  | { readonly type: 'service'; readonly service: ServiceDefinition }
  /** It reports at once, when it has done all that it was told before. */
  | { readonly type: 'report'; readonly ask: number };

export type FromOrigin =
  | { readonly type: 'ready'; readonly port: number }
  /** It could not listen; it exits after saying so. */
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | {
      readonly type: 'report';
      /** Which one it answers; absent where nobody asked. */
      readonly ask?: number;
      readonly received: number;
      readonly serving: number;
      readonly waiting: number;
      readonly load: number;
    };
