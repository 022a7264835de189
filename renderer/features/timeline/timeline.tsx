import { memo } from 'react';
import type { TimelineEntry } from '../../../src/protocol/state.ts';
import { useApp, useLab } from '../../app/context.ts';
import { count, sinceStart, timeOfDay, unbroken } from '../../app/format.ts';
import type { Identity } from '../../app/identity.ts';
import { useIdentities } from '../../app/use-identities.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Panel } from '../../ui/panel.tsx';
import { EVENT_ICONS, EVENT_TONES } from './event-icons.tsx';
import { FailoverFigures } from './failover-figures.tsx';
import styles from './timeline.module.css';

/** What was done and what came of it, newest first. */
export function Timeline() {
  const { ui } = useApp();
  const timeline = useLab((lab) => lab.timeline);
  const startedAt = useLab((lab) => lab.startedAt);
  const identities = useIdentities();
  return (
    <Panel
      title="Events"
      note={`${count(timeline.length)} in this run`}
      actions={
        <Button
          size="small"
          tone="quiet"
          title="A note of yours, here and on the charts (M)"
          onClick={() => ui.setState({ dialog: 'note' })}
        >
          Note <kbd>M</kbd>
        </Button>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable from the keyboard */}
      <ol className={styles.list} tabIndex={0} aria-label="Events, newest first">
        {timeline.toReversed().map((entry) => (
          <Entry
            key={entry.id}
            entry={entry}
            startedAt={startedAt}
            identity={entry.origin === undefined ? undefined : identities.get(entry.origin)}
          />
        ))}
      </ol>
    </Panel>
  );
}

interface EntryProps {
  readonly entry: TimelineEntry;
  readonly startedAt: number;
  readonly identity: Identity | undefined;
}

const Entry = memo(function Entry({ entry, startedAt, identity }: EntryProps) {
  const { kind, at, failover } = entry;
  const [subject, rest] = splitSubject(entry);
  const tone = EVENT_TONES[kind];
  const Icon = EVENT_ICONS[kind];
  // Once it is over, the entry that says so has the figures.
  const figures = failover && (kind === 'returned' || failover.recoveredAfter === undefined) ? failover : undefined;
  return (
    <li className={styles.entry} data-kind={kind}>
      <time className={styles.time} title={timeOfDay(at)}>
        {sinceStart(at - startedAt)}
      </time>
      <span
        className={classes(styles.icon, tone && styles[tone])}
        style={!tone && identity ? { color: `var(--id-${identity.colour})` } : undefined}
      >
        <Icon />
      </span>
      <div>
        <strong>{unbroken(subject)}</strong>
        {unbroken(rest)}
        {figures && <FailoverFigures failover={figures} />}
      </div>
    </li>
  );
});

/** The first words carry the news; they are set in bold, up to the first comma, colon or bracket. */
function splitSubject({ kind, text }: TimelineEntry): [string, string] {
  if (kind === 'strategy' || kind === 'traffic' || kind === 'marker') return [text, ''];
  const at = text.search(/[,:;(]| after | replaces /);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}
