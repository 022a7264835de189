import type { OriginView } from './origin.ts';

/** Which origin gets a request, and why: the strategy's choice, another try, no choice at all, or the client's own origin. */
export interface Decision {
  readonly origin: OriginView;
  readonly reason: 'strategy' | 'retry' | 'only-one' | 'sticky';
}

/** All that can be decided for one origin, made once: a choice is made for every request and has nothing to allocate. */
export type Decisions = Readonly<Record<Decision['reason'], Decision>>;

export function decisionsFor(origin: OriginView): Decisions {
  return {
    strategy: { origin, reason: 'strategy' },
    retry: { origin, reason: 'retry' },
    'only-one': { origin, reason: 'only-one' },
    sticky: { origin, reason: 'sticky' },
  };
}
