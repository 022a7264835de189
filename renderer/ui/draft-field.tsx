import { type KeyboardEvent, useId, useState } from 'react';
import { classes } from './classes.ts';
import { type Draft, shownText } from './draft.ts';
import styles from './draft-field.module.css';

interface DraftFieldProps {
  readonly label: string;
  /** Plain words below the label. */
  readonly help?: string | undefined;
  /** What holds now. */
  readonly value: string;
  /** Behind the input. */
  readonly unit?: string | undefined;
  /** For paths and other long values. */
  readonly wide?: boolean;
  /** The sentence that says what is wrong with a text; undefined when nothing is. */
  readonly check: (text: string) => string | undefined;
  /** Called on Enter and on leaving the field, with a text that passed. Answers when it was taken over or refused. */
  readonly onCommit: (text: string) => Promise<unknown>;
}

/** How long (ms) the text that was sent stays, so that the old value does not flash up before the new one arrives. */
const SETTLE = 400;

/** A line of a form whose change takes effect at once: on Enter or on leaving it. Escape takes it back. */
export function DraftField({ label, help, value, unit, wide = false, check, onCommit }: DraftFieldProps) {
  const id = useId();
  const [draft, setDraft] = useState<Draft>();
  const [problem, setProblem] = useState<string>();

  const commit = async (): Promise<void> => {
    if (draft === undefined || draft.replaces !== undefined) return;
    const wrong = check(draft.text);
    setProblem(wrong);
    if (wrong !== undefined) return;
    const sent: Draft = { text: draft.text, replaces: value };
    setDraft(sent);
    await onCommit(draft.text);
    setTimeout(() => setDraft((current) => (current === sent ? undefined : current)), SETTLE);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') void commit();
    // What was sent is no draft any more: Escape then means what is around the field.
    if (event.key !== 'Escape' || draft === undefined || draft.replaces !== undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setDraft(undefined);
    setProblem(undefined);
  };
  const describedBy = classes(help !== undefined && `${id}-help`, problem !== undefined && `${id}-problem`);
  return (
    <div className={classes(styles.field, wide && styles.wide)}>
      <div className={styles.words}>
        <label htmlFor={id}>{label}</label>
        {help && (
          <p id={`${id}-help`} className={styles.help}>
            {help}
          </p>
        )}
      </div>
      <div className={styles.entry}>
        <input
          id={id}
          className={styles.input}
          value={shownText(draft, value)}
          aria-invalid={problem !== undefined}
          aria-describedby={describedBy === '' ? undefined : describedBy}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setDraft({ text: event.target.value });
            setProblem(undefined);
          }}
          onBlur={() => void commit()}
          onKeyDown={onKeyDown}
        />
        {unit && (
          <span aria-hidden="true" className={styles.unit}>
            {unit}
          </span>
        )}
      </div>
      {problem !== undefined && (
        <p id={`${id}-problem`} className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
