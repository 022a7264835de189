import { useState } from 'react';
import { useApp, useLab, useUi, useView } from '../../app/context.ts';
import { dismissProblem } from '../../app/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { CloseIcon, InfoIcon, WarningIcon } from '../../ui/icons.tsx';
import styles from './notices.module.css';

/** Sentences people should read, over the stage so that nothing below moves when they come and go. */
export function Notices() {
  const { ui } = useApp();
  const lost = useView((view) => view.connection === 'lost');
  const notices = useLab((lab) => lab.notices);
  const trouble = useLab((lab) => lab.traffic.problem);
  const problems = useUi((state) => state.problems);
  const [read, setRead] = useState<readonly string[]>([]);
  const unread = notices.filter((notice) => !read.includes(notice));
  return (
    <div className={styles.stack}>
      {lost && (
        <p className={styles.notice} role="status">
          <span className={styles.spinner} aria-hidden="true" />
          Connection lost, reconnecting…
        </p>
      )}
      {trouble && (
        <p className={classes(styles.notice, styles.warn)}>
          <WarningIcon />
          {trouble}
        </p>
      )}
      {problems.map(({ id, text }) => (
        <Closable key={id} tone="warn" text={text} onClose={() => dismissProblem(ui, id)} />
      ))}
      {unread.map((notice) => (
        <Closable key={notice} text={notice} onClose={() => setRead([...read, notice])} />
      ))}
    </div>
  );
}

interface ClosableProps {
  readonly text: string;
  readonly tone?: 'plain' | 'warn';
  readonly onClose: () => void;
}

function Closable({ text, tone = 'plain', onClose }: ClosableProps) {
  return (
    <div className={classes(styles.notice, tone === 'warn' && styles.warn)} role="status">
      {tone === 'warn' ? <WarningIcon /> : <InfoIcon />}
      {text}
      <Button size="small" tone="quiet" icon aria-label="Dismiss" onClick={onClose}>
        <CloseIcon />
      </Button>
    </div>
  );
}
