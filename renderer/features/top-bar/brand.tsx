import styles from './top-bar.module.css';

/** The mark of `assets/icon.svg` without its tile, in the colours of the theme. */
export function Brand() {
  return (
    <h1 className={styles.brand} aria-label="Evenkeel">
      <svg viewBox="0 0 24 30" aria-hidden="true">
        <path
          d="M17 5.5H9A5.5 5.5 0 0 0 3.5 11v8A5.5 5.5 0 0 0 9 24.5h8M3.5 15H17"
          fill="none"
          stroke="var(--text)"
          strokeWidth="3.6"
        />
        <circle cx="19" cy="5.5" r="4.2" fill="var(--id-0)" />
        <circle cx="19" cy="15" r="4.2" fill="var(--id-1)" />
        <circle cx="19" cy="24.5" r="4.2" fill="var(--id-2)" />
      </svg>
      <span className={styles.word}>Evenkeel</span>
    </h1>
  );
}
