import { memo } from 'react';
import { count, counted } from '../../app/format.ts';
import { classes } from '../../ui/classes.ts';
import styles from './slots.module.css';

const SLOTS = 10;

interface SlotsProps {
  readonly serving: number;
  readonly waiting: number;
}

const INDEXES = Array.from({ length: SLOTS }, (_, index) => index);

/** Requests at an origin, one square each: filled while served, outlined while waiting. */
export const Slots = memo(function Slots({ serving, waiting }: SlotsProps) {
  const all = serving + waiting;
  const more = all - SLOTS;
  const words = `${counted(all, 'request')} in flight: ${count(serving)} being served, ${count(waiting)} waiting`;
  return (
    <div className={styles.slots} role="img" aria-label={words} title={words}>
      {INDEXES.map((index) => (
        <i
          key={index}
          data-slot=""
          className={classes(styles.slot, index < serving ? styles.serving : index < all && styles.waiting)}
        />
      ))}
      <span className={classes(styles.more, more > 0 && styles.over)}>{more > 0 ? `+${count(more)}` : count(all)}</span>
    </div>
  );
});
