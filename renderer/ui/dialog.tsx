import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { type ReactNode, useRef } from 'react';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import styles from './dialog.module.css';
import { CloseIcon } from './icons.tsx';

interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** How a dialog ends: its buttons, the one for most people last. */
export function DialogButtons({ children }: { readonly children: ReactNode }) {
  return <div className={styles.buttons}>{children}</div>;
}

/** What somebody opened it to fill in, if anything. */
const FIELD = 'input:not([type="checkbox"], [type="radio"], [aria-hidden="true"])';

export function Dialog({ title, open, onClose, wide = false, children }: DialogProps) {
  const body = useRef<HTMLDivElement>(null);
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={styles.backdrop} />
        <BaseDialog.Popup
          className={classes(styles.popup, wide && styles.wide)}
          initialFocus={() => body.current?.querySelector<HTMLElement>(FIELD) ?? true}
        >
          <header className={styles.head}>
            <BaseDialog.Title className={styles.title}>{title}</BaseDialog.Title>
            <BaseDialog.Close
              render={
                <Button tone="quiet" icon aria-label="Close">
                  <CloseIcon />
                </Button>
              }
            />
          </header>
          <div ref={body} className={styles.body}>
            {children}
          </div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
