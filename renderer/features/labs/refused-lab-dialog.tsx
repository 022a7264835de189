import { useLab, useUi } from '../../app/context.ts';
import { counted } from '../../app/format.ts';
import { useDialog } from '../../app/use-dialog.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogButtons } from '../../ui/dialog.tsx';
import type { LabProblem, RefusedLab } from './lab-text.ts';
import styles from './refused-lab-dialog.module.css';

/** Why a lab file cannot be opened: every mistake with its place. */
export function RefusedLabDialog() {
  const { open, close } = useDialog('refused-lab');
  const refused = useUi((state) => state.refusedLab);
  if (!refused) return null;
  return (
    <Dialog title={`${refused.file} cannot be opened`} open={open} onClose={close} wide>
      <Mistakes refused={refused} />
      <DialogButtons>
        <Button tone="primary" onClick={close}>
          Close
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

function Mistakes({ refused: { problems } }: { readonly refused: RefusedLab }) {
  const running = useLab((lab) => lab.lab.name);
  return (
    <>
      <p className={styles.words}>
        It has {counted(problems.length, 'mistake')}. “{running}” goes on as before.
      </p>
      <ol className={styles.problems} aria-label="Mistakes">
        {problems.map((problem) => (
          <Mistake key={`${problem.line}:${problem.column}:${problem.message}`} problem={problem} />
        ))}
      </ol>
    </>
  );
}

function Mistake({ problem: { line, column, message, excerpt, before } }: { readonly problem: LabProblem }) {
  return (
    <li className={styles.problem}>
      <p>
        <span className={styles.place}>
          Line {line}, column {column}
        </span>{' '}
        {message}
      </p>
      {excerpt.trim() !== '' && (
        <pre className={styles.excerpt} aria-hidden="true">
          {excerpt}
          {'\n'}
          <span className={styles.mark}>{`${' '.repeat(before)}^`}</span>
        </pre>
      )}
    </li>
  );
}
