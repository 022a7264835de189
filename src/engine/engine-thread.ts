import type { BreakerStatus, Transition } from '../core/balancer.ts';
import type { Commons } from '../core/commons.ts';
import type { Recorder } from '../protocol/recorder.ts';

/** What all threads of an engine have in common. */
export interface Shared {
  readonly commons: Commons;
  /** With it they find each other, and know each other's cookies. */
  readonly secret: string;
}

/** An engine's place among others, where the lab has several threads. */
export interface EngineThread extends Shared {
  /** What a follower tells the lead; the lead has none, and counts for all. */
  readonly relay?: Recorder;
  /** For the lead: what it believes of an origin is another. */
  readonly onTransition?: (transition: Transition) => void;
  readonly onBreaker?: (status: BreakerStatus) => void;
}
