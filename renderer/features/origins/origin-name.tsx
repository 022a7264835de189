import styles from './origin-name.module.css';

/** Characters of a long name that are always seen: names of one kind differ at their ends. */
const END = 5;
/** Shorter names are cut at their end, if at all. */
const LONG = 10;

/** An origin's name. Where there is no room for all of it its middle is cut: `payments-e…green`. */
export function OriginName({ name }: { readonly name: string }) {
  if (name.length < LONG) return <span className={styles.start}>{name}</span>;
  return (
    <span className={styles.name} title={name}>
      <span className={styles.start}>{name.slice(0, -END)}</span>
      <span className={styles.end}>{name.slice(-END)}</span>
    </span>
  );
}
