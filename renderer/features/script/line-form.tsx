import { type FormEvent, useState } from 'react';
import { checkScheduledFault } from '../../../src/protocol/form-check.ts';
import type { FaultName, ScheduledFault } from '../../../src/protocol/lab.ts';
import { useOriginNames } from '../../app/use-identities.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { PlusIcon } from '../../ui/icons.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { NOTATIONS } from '../forms/field-kinds.ts';
import { FormSection } from '../forms/form-section.tsx';
import styles from './line-form.module.css';
import { FAULT_NAMES } from './script.ts';

const FAULTS: readonly SelectOption[] = FAULT_NAMES.map(([value, title]) => ({ value, title }));
/** How much, for the faults of which there can be more or less. */
const AMOUNTS: Partial<
  Record<FaultName, { readonly key: 'factor' | 'share'; readonly label: string; readonly usual: string }>
> = {
  slow: { key: 'factor', label: 'Times as slow', usual: '10' },
  errors: { key: 'share', label: 'Percent of its answers', usual: '50' },
};

/** What the fields are called here. */
const NAMES = {
  at: 'At',
  origin: 'Origin',
  for: 'For',
  factor: AMOUNTS.slow?.label ?? '',
  share: AMOUNTS.errors?.label ?? '',
};

/** One line more. It is judged as the lab file's lines are. */
export function LineForm({ onAdd }: { readonly onAdd: (line: ScheduledFault) => Promise<unknown> }) {
  const names = useOriginNames();
  const [at, setAt] = useState('10 s');
  const [origin, setOrigin] = useState<string>();
  const [what, setWhat] = useState<FaultName>('kill');
  const [amounts, setAmounts] = useState({ factor: AMOUNTS.slow?.usual ?? '', share: AMOUNTS.errors?.usual ?? '' });
  const [length, setLength] = useState('');
  const [problem, setProblem] = useState('');
  const chosen = origin !== undefined && names.includes(origin) ? origin : (names[1] ?? names[0] ?? '');
  const amount = AMOUNTS[what];
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const checked = checkScheduledFault(
      {
        at: NOTATIONS.duration.read(at),
        origin: chosen,
        do: what,
        ...(amount && { [amount.key]: NOTATIONS[amount.key].read(amounts[amount.key]) }),
        ...(length.trim() !== '' && { for: NOTATIONS.duration.read(length) }),
      },
      NAMES,
    );
    setProblem('problem' in checked ? checked.problem : '');
    if ('value' in checked) await onAdd(checked.value);
  };
  return (
    <FormSection title="Another line">
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <TextField label="At" value={at} autoComplete="off" onChange={setAt} />
        <div className={styles.field}>
          <span>Origin</span>
          <Select
            label="Origin"
            hideLabel
            value={chosen}
            options={names.map((name) => ({ value: name, title: name }))}
            onChange={setOrigin}
          />
        </div>
        <div className={styles.field}>
          <span>What</span>
          <Select
            label="What"
            hideLabel
            value={what}
            options={FAULTS}
            onChange={(next) => setWhat(next as FaultName)}
          />
        </div>
        {amount && (
          <TextField
            label={amount.label}
            value={amounts[amount.key]}
            autoComplete="off"
            onChange={(next) => setAmounts({ ...amounts, [amount.key]: next })}
          />
        )}
        <TextField
          label="For (if not for good)"
          value={length}
          placeholder="5 s"
          autoComplete="off"
          onChange={setLength}
        />
        <p className={styles.problem} role="alert">
          {problem}
        </p>
        <Button type="submit" disabled={names.length === 0}>
          <PlusIcon />
          Add the line
        </Button>
      </form>
    </FormSection>
  );
}
