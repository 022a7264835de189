import { useEffect, useState } from 'react';
import { useApp, useLab, useTelemetry, useUi, useView } from '../../app/context.ts';
import { timeOfDay, unbroken } from '../../app/format.ts';
import { dismissRemark } from '../../app/ui-store.ts';
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
  const remarks = useUi((state) => state.remarks);
  const [read, setRead] = useState<readonly string[]>([]);
  const unread = notices.filter((notice) => !read.includes(notice));
  return (
    <div className={styles.anchor}>
      <div className={styles.stack}>
        {lost && (
          <p className={styles.notice} role="status">
            <span className={styles.spinner} aria-hidden="true" />
            <Lost />
          </p>
        )}
        {trouble && (
          <p className={classes(styles.notice, styles.warn)}>
            <WarningIcon />
            {unbroken(trouble)}
          </p>
        )}
        <Look />
        {remarks.map(({ id, text, tone }) => (
          <Closable key={id} tone={tone} text={text} onClose={() => dismissRemark(ui, id)} />
        ))}
        {unread.map((notice) => (
          <Closable key={notice} text={notice} onClose={() => setRead([...read, notice])} />
        ))}
      </div>
    </div>
  );
}

/** The page keeps what it knew: from when that is has to be said. */
function Lost() {
  const { now } = useTelemetry();
  const since = now === 0 ? '' : ` at ${timeOfDay(now)}, and what you see is from then`;
  return `The connection to the lab was lost${since}; it comes back by itself as soon as the lab runs.`;
}

/** ms that a lab's hint stays; long enough to be read twice. */
const LOOK_STAYS = 20_000;

/** What to look at in a lab that was loaded while somebody watched. */
function Look() {
  const look = useLab((lab) => lab.lab.look);
  // A simulation is of the lab that is looked at already.
  const startedAt = useLab((lab) => (lab.clock === 'live' ? lab.startedAt : undefined));
  const [done, setDone] = useState(startedAt);
  useEffect(() => {
    if (startedAt === undefined) return;
    const timer = setTimeout(() => setDone(startedAt), LOOK_STAYS);
    return () => clearTimeout(timer);
  }, [startedAt]);
  if (look === undefined || startedAt === undefined || done === startedAt) return null;
  return <Closable text={look} onClose={() => setDone(startedAt)} />;
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
      {unbroken(text)}
      <Button size="small" tone="quiet" icon aria-label="Dismiss" onClick={onClose}>
        <CloseIcon />
      </Button>
    </div>
  );
}
