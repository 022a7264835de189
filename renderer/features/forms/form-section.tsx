import { type ReactNode, useId } from 'react';
import { SwitchButton } from '../../ui/field.tsx';
import styles from './form-section.module.css';

interface FormSectionProps {
  readonly title: string;
  /** Plain words below the title. */
  readonly says?: string;
  /** Whether what it is about is on; absent for what cannot be switched off. */
  readonly on?: boolean;
  readonly onSwitch?: (on: boolean) => void;
  /** Beside the title, where there is no switch. */
  readonly note?: ReactNode;
  readonly children?: ReactNode;
}

/** A part of the panel at the right: a title, a few words, the rest below. */
export function FormSection({ title, says, on, onSwitch, note, children }: FormSectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header className={styles.head}>
        <h3 id={id} className={styles.title}>
          {title}
        </h3>
        {note !== undefined && <span className={styles.note}>{note}</span>}
        {on !== undefined && onSwitch && <SwitchButton label={title} checked={on} onChange={onSwitch} />}
      </header>
      {says && <p className={styles.says}>{says}</p>}
      {children}
    </section>
  );
}
