import { type FormEvent, useState } from 'react';
import { useApp, useLab } from '../../app/context.ts';
import { useDialog } from '../../app/use-dialog.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogButtons } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import styles from './note-dialog.module.css';

/** As many characters as the lab takes. */
const MAX_NOTE = 200;

export function NoteDialog() {
  const { open, close } = useDialog('note');
  return (
    <Dialog title="Add a note" open={open} onClose={close}>
      <NoteForm onDone={close} />
    </Dialog>
  );
}

function NoteForm({ onDone }: { readonly onDone: () => void }) {
  const { client } = useApp();
  const usual = useLab((lab) => `Note ${lab.timeline.filter(({ kind }) => kind === 'marker').length + 1}`);
  const [text, setText] = useState('');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const note = text.trim() || usual;
    if (await client.command({ command: 'marker', text: note })) onDone();
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <TextField
        label="Text"
        hint="It stands on the charts and among the events, at this moment."
        value={text}
        placeholder={usual}
        maxLength={MAX_NOTE}
        autoComplete="off"
        onChange={setText}
      />
      <DialogButtons>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" tone="primary">
          Add
        </Button>
      </DialogButtons>
    </form>
  );
}
