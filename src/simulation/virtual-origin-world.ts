import type { Attempt } from './attempt.ts';
import type { Ending } from './attempt-endings.ts';
import type { Attempts } from './attempts.ts';
import type { EventHeap } from './event-heap.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What an origin needs of the simulation around it. */
export interface OriginWorld {
  readonly attempts: Attempts;
  readonly clock: VirtualClock;
  /** For when `complete` is to be called. */
  readonly heap: EventHeap;
  /** The origin has no more to do with an attempt, and nobody is there who could be told by a return. */
  ended(attempt: Attempt, ending: Ending): void;
  /** Its process ends by itself: so many requests waiting are more than it can hold. */
  crashed(origin: string, waiting: number): void;
}
