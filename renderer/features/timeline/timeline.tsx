import { memo } from 'react';
import type { TimelineEntry } from '../../../src/protocol/state.ts';
import { useLab } from '../../app/context.ts';
import { count, sinceStart, timeOfDay } from '../../app/format.ts';
import type { Identity } from '../../app/identity.ts';
import { useIdentities } from '../../app/use-identities.ts';
import { classes } from '../../ui/classes.ts';
import { Panel } from '../../ui/panel.tsx';
import styles from './timeline.module.css';

type Tone = 'bad' | 'warn' | 'up';

/** States have their own colours; what was done to an origin has the origin's, everything else the accent. */
const TONES: Partial<Record<TimelineEntry['kind'], Tone>> = {
  exited: 'bad',
  ejected: 'bad',
  outage: 'bad',
  noticed: 'warn',
  returned: 'up',
};

/** What was done and what came of it, newest first. */
export function Timeline() {
  const timeline = useLab((lab) => lab.timeline);
  const startedAt = useLab((lab) => lab.startedAt);
  const identities = useIdentities();
  return (
    <Panel title="Events" note={`${count(timeline.length)} in this run`}>
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
  const [subject, rest] = splitSubject(entry);
  const tone = TONES[entry.kind];
  return (
    <li className={styles.entry}>
      <time className={styles.time} title={timeOfDay(entry.at)}>
        {sinceStart(entry.at - startedAt)}
      </time>
      <i
        aria-hidden="true"
        className={classes(styles.dot, tone && styles[tone])}
        style={!tone && identity ? { background: `var(--id-${identity.colour})` } : undefined}
      />
      <span>
        <strong>{subject}</strong>
        {rest}
      </span>
    </li>
  );
});

/** The first words carry the news; they are set in bold, up to the first comma, colon or bracket. */
function splitSubject({ kind, text }: TimelineEntry): [string, string] {
  if (kind === 'strategy' || kind === 'traffic') return [text, ''];
  const at = text.search(/[,:;(]| after | replaces /);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}
