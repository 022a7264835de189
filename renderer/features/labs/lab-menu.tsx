import { Suspense, useState } from 'react';
import { useLab } from '../../app/context.ts';
import { later } from '../../app/later.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { ChevronIcon } from '../../ui/icons.tsx';
import { Popover } from '../../ui/popover.tsx';
import styles from './lab-menu.module.css';

const LabPicker = later(async () => (await import('./lab-picker.tsx')).LabPicker);

/** The name of the lab that runs; pressed, the other labs and what can be done with this one. */
export function LabMenu({ className }: { readonly className: string | undefined }) {
  const name = useLab((lab) => lab.lab.name);
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label="Labs"
      align="start"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button className={classes(styles.trigger, className)} aria-label={`Lab: ${name}`}>
          <span className={styles.name}>{name}</span>
          <ChevronIcon />
        </Button>
      }
    >
      <div className={styles.page}>
        <Suspense fallback={null}>
          <LabPicker onDone={() => setOpen(false)} />
        </Suspense>
      </div>
    </Popover>
  );
}
