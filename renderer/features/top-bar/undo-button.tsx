import { useCommand, useLab } from '../../app/context.ts';
import { Button } from '../../ui/button.tsx';
import { UndoIcon } from '../../ui/icons.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import styles from './top-bar.module.css';

/** Takes back the last change, and says which that is. It stays in reach of the keyboard when there is none. */
export function UndoButton() {
  const label = useLab((lab) => lab.undo?.label);
  const command = useCommand();
  return (
    <Tooltip text={label === undefined ? 'Nothing to undo yet' : `Undo: ${label} (Ctrl or ⌘ Z)`}>
      <Button
        className={styles.undo}
        aria-label={label === undefined ? 'Undo' : `Undo: ${label}`}
        aria-disabled={label === undefined}
        onClick={() => label !== undefined && command({ command: 'undo' })}
      >
        <UndoIcon />
        {label !== undefined && <span className={styles.undone}>{label}</span>}
      </Button>
    </Tooltip>
  );
}
