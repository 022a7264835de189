import { type Identity, SHAPES } from '../../app/identity.ts';
import { classes } from '../../ui/classes.ts';
import styles from './badge.module.css';
import { OriginName } from './origin-name.tsx';

/** An origin's letter on its shape in its colour. Decoration beside the name, so hidden from screen readers. */
export function Badge({ identity: { letter, colour, shape } }: { readonly identity: Identity }) {
  return (
    <span aria-hidden="true" className={styles.badge}>
      <svg className={styles.shape} viewBox="0 0 36 36" aria-hidden="true">
        <path d={SHAPES[shape]} fill={`var(--id-${colour})`} />
      </svg>
      <span className={classes(letter.length > 1 && styles.two)} style={{ color: `var(--id-${colour}-ink)` }}>
        {letter}
      </span>
    </span>
  );
}

/** The same in a line of text: the shape in its colour, then the name in the text's own, where it is legible. */
export function Mark({ name, identity }: { readonly name: string; readonly identity: Identity | undefined }) {
  return (
    <span className={styles.mark}>
      {identity && (
        <svg aria-hidden="true" viewBox="0 0 36 36">
          <path d={SHAPES[identity.shape]} fill={`var(--id-${identity.colour})`} />
        </svg>
      )}
      <OriginName name={name} />
    </span>
  );
}
