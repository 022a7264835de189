import { useEffect, useRef, useState } from 'react';
import type { TimelineEntry } from '../../../src/protocol/state.ts';
import { useLab } from '../../app/context.ts';

const SPOKEN: ReadonlySet<TimelineEntry['kind']> = new Set(['exited', 'noticed', 'ejected', 'returned', 'strategy']);
/** Events of one failover come in a burst; they are said as one message. */
const GATHER = 1000;

/** What screen readers are told without asking: failovers politely, a total outage at once. */
export function Announcer() {
  const timeline = useLab((lab) => lab.timeline);
  const outage = useLab((lab) => lab.origins.length > 0 && lab.origins.every(({ available }) => !available));
  const starting = useLab((lab) => lab.origins.every(({ status }) => status === 'starting'));
  const [message, setMessage] = useState('');
  const heard = useRef(timeline.at(-1)?.id ?? 0);

  useEffect(() => {
    const timer = setTimeout(() => {
      const news = timeline.filter(({ id, kind }) => id > heard.current && SPOKEN.has(kind));
      heard.current = timeline.at(-1)?.id ?? heard.current;
      if (news.length > 0) setMessage(news.map(({ text }) => text).join('. '));
    }, GATHER);
    return () => clearTimeout(timer);
  }, [timeline]);

  return (
    <>
      <div role="status" className="visually-hidden">
        {message}
      </div>
      <div role="alert" className="visually-hidden">
        {outage && !starting ? 'No origin is available. Every request fails.' : ''}
      </div>
    </>
  );
}
