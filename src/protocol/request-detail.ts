import type { Figure } from '../core/strategy.ts';
import type { Reason } from './frame.ts';

/** One origin as the balancer saw it at the moment of a decision. */
export interface CandidateDetail {
  readonly origin: string;
  readonly available: boolean;
  /** The balancer's status of it then, such as `up` or `ejected`. */
  readonly status: string;
  /** Whether this request had been tried there before. */
  readonly tried: boolean;
  /** What the strategy compared; empty where it did not look at this origin. */
  readonly figures: readonly Figure[];
}

/** One decision: what was compared, and what came of it. */
export interface DecisionDetail {
  /** Counts a request's decisions from 1; the attempt that followed has the same number. */
  readonly attempt: number;
  /** ms since the epoch. */
  readonly at: number;
  readonly strategy: string;
  readonly reason: Reason;
  /** Empty when no origin could be chosen. */
  readonly chosen: string;
  /** In the lab's order. */
  readonly candidates: readonly CandidateDetail[];
  /** What other strategies would have chosen at this moment; absent where that was not worked out. */
  readonly others?: readonly { readonly strategy: string; readonly origin: string }[];
}

/** The decisions of one request, in their order, as far as they are kept. */
export interface RequestDetail {
  readonly request: number;
  readonly decisions: readonly DecisionDetail[];
  /** Why there are none: newer ones took the place, or so many requests came that only one in some was explained. */
  readonly missing?: 'overwritten' | 'sampled';
}
