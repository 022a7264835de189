import type { Balancer } from '../core/balancer.ts';
import type { Attempts } from './attempts.ts';
import type { ClientHomes } from './client-homes.ts';
import type { Deadlines } from './deadlines.ts';
import type { Occupancy } from './occupancy.ts';
import type { AttemptTrace } from './run-options.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { RunWatcher } from './run-watcher.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

/** What happens later to an attempt: it reaches its origin, its answer the balancer, or its pause an end. */
type Later = 'reached' | 'returned' | 'paused';

export interface RequestFlowOptions {
  /** ms each way between balancer and origins. */
  readonly delay: number;
  readonly balancer: Balancer;
  readonly clock: VirtualClock;
  readonly attempts: Attempts;
  readonly deadlines: Deadlines;
  readonly homes: ClientHomes;
  /** By their numbers; it gets longer when one is added. */
  readonly origins: readonly VirtualOrigin[];
  readonly recorder: RunRecorder;
  /** To call the method of this name at a time for the attempt of this number. */
  readonly later: (what: Later, at: number, attempt: number) => void;
  readonly occupancy: Occupancy;
  /** No request is in the system any more. */
  readonly onEmpty: () => void;
  /** A page or request of this user has ended. */
  readonly userDone: (user: number) => void;
  readonly onAttempt: ((attempt: AttemptTrace) => void) | undefined;
  /** Told of every step, when there is one. */
  readonly watcher: RunWatcher | undefined;
  /** The balancer may have something to do at another time than before. */
  readonly onWork: () => void;
}
