import { useEffect, useMemo, useRef, useState } from 'react';
import { useLab } from '../../app/context.ts';
import { Herald } from './herald.ts';

/** Events of one failover come in a burst; they are said as one message. */
const GATHER = 1000;

/** What screen readers are told without asking: failovers politely, a total outage at once. */
export function Announcer() {
  const timeline = useLab((lab) => lab.timeline);
  const outage = useLab((lab) => lab.origins.length > 0 && lab.origins.every(({ available }) => !available));
  const starting = useLab((lab) => lab.origins.every(({ status }) => status === 'starting'));
  const virtual = useLab((lab) => lab.clock === 'virtual');
  const [live] = useState(() => new Herald(virtual ? [] : timeline));
  // A simulation numbers its events anew.
  const herald = useMemo(() => (virtual ? new Herald([]) : live), [live, virtual]);
  const [message, setMessage] = useState('');
  // The timeline changes as long as a failure costs requests: what is new does not wait for the end of that.
  const latest = useRef({ herald, timeline });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    latest.current = { herald, timeline };
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const news = latest.current.herald.news(latest.current.timeline);
      if (news !== '') setMessage(news);
    }, GATHER);
  }, [herald, timeline]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );

  return (
    <>
      <div role="status" className="visually-hidden" data-testid="announced">
        {message}
      </div>
      <div role="alert" className="visually-hidden">
        {outage && !starting ? 'No origin is available. Every request fails.' : ''}
      </div>
    </>
  );
}
