import type { BreakerStatus } from '../../../src/core/balancer.ts';
import { count } from '../../app/format.ts';
import styles from './plain-card.module.css';

/** The circuit breaker's state, in one line that is there as long as there is a breaker. @param now ms since the epoch */
export function Circuit({ breaker, now }: { readonly breaker: BreakerStatus; readonly now: number }) {
  const { state, why } = breaker;
  return (
    <p className={styles.circuit} data-state={state} data-testid="circuit" title={why || 'Every request passes'}>
      {words(breaker, now)}
    </p>
  );
}

function words({ state, since, until = since }: BreakerStatus, now: number): string {
  if (state === 'closed') return 'Circuit closed';
  if (state === 'open') return `Circuit open, ${count(Math.max(0, Math.ceil((until - now) / 1000)))} s left`;
  const share = Math.min(1, Math.max(0, (now - since) / (until - since)));
  return `Recovering, ${count(share * 100)} % pass`;
}
