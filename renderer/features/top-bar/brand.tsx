import styles from './top-bar.module.css';

/** The mark of `assets/icon.svg` without its tile, in the colours of the theme. */
export function Brand() {
  return (
    <div className={styles.brand}>
      <svg viewBox="0 0 24 20" aria-hidden="true">
        <path d="M1.5 9.5h21" stroke="var(--accent)" strokeWidth="2" strokeLinecap="round" />
        <path d="M12 9.5 7.5 18h9z" fill="var(--accent)" />
        <circle cx="5" cy="4" r="2.4" fill="var(--id-0)" />
        <circle cx="12" cy="4" r="2.4" fill="var(--id-1)" />
        <circle cx="19" cy="4" r="2.4" fill="var(--id-2)" />
      </svg>
      <h1 className={styles.word}>Evenkeel</h1>
    </div>
  );
}
