import type { Failover } from '../../../src/protocol/state.ts';
import { count, duration } from '../../app/format.ts';
import { classes } from '../../ui/classes.ts';
import styles from './failover-figures.module.css';

/** What a failure cost, to be read at a glance: noticed when, what became of the requests it broke, back when. */
export function FailoverFigures({ failover }: { readonly failover: Failover }) {
  const { noticedAfter, retried, lost, recoveredAfter } = failover;
  return (
    <ul className={styles.figures} aria-label="What the failure cost">
      {noticedAfter !== undefined && (
        <li>
          noticed after <strong>{duration(noticedAfter)}</strong>
        </li>
      )}
      <li>
        <strong>{count(retried)}</strong> retried
      </li>
      <li className={classes(lost > 0 && styles.lost)}>
        <strong>{count(lost)}</strong> lost
      </li>
      {recoveredAfter !== undefined && (
        <li>
          back after <strong>{duration(recoveredAfter)}</strong>
        </li>
      )}
    </ul>
  );
}

/** The same as the rest of a sentence. */
export function failoverWords({ noticedAfter, retried, lost, recoveredAfter }: Failover): string {
  return [
    noticedAfter === undefined ? [] : `noticed after ${duration(noticedAfter)}`,
    `${count(retried)} retried elsewhere`,
    `${count(lost)} lost`,
    recoveredAfter === undefined ? [] : `back after ${duration(recoveredAfter)}`,
  ]
    .flat()
    .join(', ');
}
