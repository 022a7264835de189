import { useId, useState } from 'react';
import styles from './simulation-bar.module.css';

interface SeedFieldProps {
  readonly seed: number;
  readonly onChange: (seed: number) => void;
}

/** All chance of a run comes from its seed: another one is another day, the same one the same. */
export function SeedField({ seed, onChange }: SeedFieldProps) {
  const id = useId();
  const [text, setText] = useState(String(seed));
  const take = (): void => {
    const next = text.trim() === '' ? seed : Number(text);
    if (next !== seed) onChange(next);
    if (!Number.isInteger(next)) setText(String(seed));
  };
  return (
    <form
      className={styles.seed}
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
    >
      <label htmlFor={id}>Seed</label>
      <input
        id={id}
        inputMode="numeric"
        autoComplete="off"
        maxLength={10}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
      />
    </form>
  );
}
