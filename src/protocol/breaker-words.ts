import type { BreakerStatus } from '../core/balancer.ts';
import type { TimelineEntry } from './state.ts';

/** What the timeline says of a circuit breaker that has changed its state. */
export function breakerWords({ state, since, until = since, why }: BreakerStatus): {
  readonly kind: TimelineEntry['kind'];
  readonly text: string;
  readonly label: string;
} {
  const lasts = `${(until - since) / 1000} s`;
  if (state === 'open') {
    const text = `The circuit breaker is open, as ${why}: every request is answered with 503 for ${lasts}`;
    return { kind: 'outage', text, label: 'Circuit open' };
  }
  if (state === 'recovering') {
    const text = `The circuit breaker lets requests through again: a share that grows for ${lasts}`;
    return { kind: 'returned', text, label: 'Circuit recovering' };
  }
  return { kind: 'returned', text: 'The circuit breaker is closed: every request passes', label: 'Circuit closed' };
}
