import { useLab } from '../../app/context.ts';
import { sinceStart, timeOfDay } from '../../app/format.ts';
import { FormSection } from '../forms/form-section.tsx';
import { failoverWords } from '../timeline/failover-figures.tsx';
import styles from './origin-history.module.css';

const SHOWN = 20;

/** What happened to this origin, newest first. */
export function OriginHistory({ name }: { readonly name: string }) {
  const timeline = useLab((lab) => lab.timeline);
  const startedAt = useLab((lab) => lab.startedAt);
  const entries = timeline.filter(({ origin }) => origin === name).slice(-SHOWN);
  return (
    <FormSection title="What happened" {...(entries.length === 0 && { says: 'Nothing yet.' })}>
      {entries.length > 0 && (
        <ol className={styles.list}>
          {entries.toReversed().map(({ id, at, text, failover }) => (
            <li key={id}>
              <time title={timeOfDay(at)}>{sinceStart(at - startedAt)}</time>
              <span>{failover ? `${text}: ${failoverWords(failover)}` : text}</span>
            </li>
          ))}
        </ol>
      )}
    </FormSection>
  );
}
