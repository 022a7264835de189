import { type FormEvent, useState } from 'react';
import { useApp, useLab } from '../../app/context.ts';
import { useDialog } from '../../app/use-dialog.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogButtons } from '../../ui/dialog.tsx';
import { NumberField, TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import styles from './add-origin-dialog.module.css';
import { EMPTY_FORM, newOriginOf, type OriginForm } from './new-origin.ts';

const KINDS = [
  { value: 'spawned', title: 'Start one here' },
  { value: 'url', title: 'Use one that runs already' },
] as const;

export function AddOriginDialog() {
  const { open, close } = useDialog('add-origin');
  return (
    <Dialog title="Add an origin" open={open} onClose={close}>
      <AddOriginForm onDone={close} />
    </Dialog>
  );
}

function AddOriginForm({ onDone }: { readonly onDone: () => void }) {
  const { client } = useApp();
  const origins = useLab((lab) => lab.origins);
  const virtual = useLab((lab) => lab.clock === 'virtual');
  const [form, setForm] = useState<OriginForm>(EMPTY_FORM);
  const [problem, setProblem] = useState('');
  const change = (part: Partial<OriginForm>): void => {
    setForm({ ...form, ...part });
    setProblem('');
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const origin = newOriginOf(
      form,
      origins.map(({ name }) => name),
    );
    if (typeof origin === 'string') setProblem(origin);
    else if (await client.command({ command: 'add-origin', origin })) onDone();
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <Segmented
        label="Kind of origin"
        value={form.kind}
        options={KINDS}
        disabled={(kind) => virtual && kind === 'url'}
        onChange={(kind) => change({ kind })}
      />
      <p className={styles.words}>{wordsFor(form.kind, virtual)}</p>
      {form.kind === 'url' && (
        <TextField
          label="Address"
          value={form.url}
          placeholder="http://127.0.0.1:9000"
          inputMode="url"
          spellCheck={false}
          onChange={(url) => change({ url })}
        />
      )}
      <div className={styles.pair}>
        <TextField
          label="Name"
          value={form.name}
          placeholder="Next free letter"
          maxLength={40}
          spellCheck={false}
          onChange={(name) => change({ name })}
        />
        <NumberField label="Weight" value={form.weight} min={1} max={256} onChange={(weight) => change({ weight })} />
      </div>
      {form.kind === 'spawned' && (
        <div className={styles.pair}>
          <NumberField
            label="Time per request, ms on average"
            value={form.time}
            min={1}
            max={60_000}
            onChange={(time) => change({ time })}
          />
          <NumberField
            label="Requests at a time"
            value={form.workers}
            min={1}
            max={10_000}
            onChange={(workers) => change({ workers })}
          />
        </div>
      )}
      <p className={styles.problem} role="alert">
        {problem}
      </p>
      <DialogButtons>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" tone="primary">
          Add
        </Button>
      </DialogButtons>
    </form>
  );
}

function wordsFor(kind: OriginForm['kind'], virtual: boolean): string {
  if (virtual) return 'A simulated server. Nobody can simulate one that runs already: how it behaves is not known.';
  return kind === 'spawned'
    ? 'A server process of its own on the next free port. It can be killed, frozen and slowed.'
    : 'A server that somebody else started. It is balanced to and checked, but never killed.';
}
