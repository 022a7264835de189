import type { BreakerStatus, Transition } from '../core/balancer.ts';
import type { Commons } from '../core/commons.ts';
import type { Recorder } from '../protocol/recorder.ts';

/** An engine's place among others, where the lab has several threads. */
export interface EngineThread {
  readonly commons: Commons;
  /** Secret: with it the threads of an engine find each other, and know each other's cookies. */
  readonly secret: string;
  /** What a follower tells the lead; the lead has none, and counts for all. */
  readonly relay?: Recorder;
  /** For the lead: what it believes of an origin is another. */
  readonly onTransition?: (transition: Transition) => void;
  readonly onBreaker?: (status: BreakerStatus) => void;
}
