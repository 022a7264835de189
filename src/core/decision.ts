import type { OriginView } from './origin.ts';

/** Which origin gets a request, and why: the strategy's choice, another try, no choice at all, or the client's own origin. */
export interface Decision {
  readonly origin: OriginView;
  readonly reason: 'strategy' | 'retry' | 'only-one' | 'sticky';
}
