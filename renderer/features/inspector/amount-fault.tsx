import { type FormEvent, useId, useState } from 'react';
import type { Checked } from '../../../src/protocol/form-check.ts';
import type { Fault } from '../../../src/protocol/lab.ts';
import { Button } from '../../ui/button.tsx';
import { NOTATIONS } from '../forms/field-kinds.ts';
import styles from './fault-panel.module.css';

interface AmountFaultProps {
  readonly title: string;
  readonly help: string;
  readonly kind: 'factor' | 'share';
  /** The amount to begin with. */
  readonly usual: number;
  readonly now: number;
  /** The amount that means the fault is off. */
  readonly none: number;
  readonly disabled: boolean;
  readonly check: (input: unknown) => Checked<Fault>;
  readonly onApply: (fault: Fault) => Promise<unknown>;
}

/** A fault of which there can be more or less: an amount and the button that inflicts it, with that amount in force. */
export function AmountFault({ title, help, kind, usual, now, none, disabled, check, onApply }: AmountFaultProps) {
  const id = useId();
  const { print, read, unit } = NOTATIONS[kind];
  const [text, setText] = useState(print(usual));
  const [problem, setProblem] = useState<string>();
  const on = now !== none;
  const apply = (input: unknown): void => {
    const checked = check(input);
    if ('problem' in checked) setProblem(checked.problem);
    else void onApply(checked.value);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    apply(read(text));
  };
  return (
    <form className={styles.amount} onSubmit={submit}>
      <label htmlFor={id}>{title}</label>
      <span className={styles.entry}>
        <input
          id={id}
          value={text}
          disabled={disabled}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? `${id}-help` : `${id}-problem`}
          autoComplete="off"
          onChange={(event) => {
            setText(event.target.value);
            setProblem(undefined);
          }}
        />
        <span aria-hidden="true">{unit}</span>
      </span>
      <Button type="submit" size="small" disabled={disabled} aria-label={`Apply ${title.toLowerCase()}`}>
        Apply
      </Button>
      <Button
        size="small"
        disabled={disabled || !on}
        aria-label={`End ${title.toLowerCase()}`}
        onClick={() => apply(none)}
      >
        End
      </Button>
      <p id={`${id}-help`} className={styles.help}>
        {on ? <strong>{`Now ${print(now)} ${unit}. `}</strong> : ''}
        {help}
      </p>
      {problem !== undefined && (
        <p id={`${id}-problem`} className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
