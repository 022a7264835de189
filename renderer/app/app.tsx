import { useEffect, useState } from 'react';
import styles from './app.module.css';
import { useView } from './context.ts';
import { Shell } from './shell.tsx';

/** What stands between opening the page and the lab: nothing for most, a sentence for the rest. */
export function App() {
  const connection = useView((view) => view.connection);
  const ready = useView((view) => view.lab !== undefined);
  if (connection === 'refused') return <Refused />;
  return ready ? <Shell /> : <Starting />;
}

/** Says so only when it takes a while: a lab that is there at once should not flash a message. */
const QUIET = 400;

function Starting() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), QUIET);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className={styles.page} aria-busy="true">
      {slow && (
        <p className={styles.starting} role="status">
          Starting the lab…
        </p>
      )}
    </main>
  );
}

function Refused() {
  return (
    <main className={styles.page}>
      <div className={styles.message} role="alert">
        <h1>This page needs the link that Evenkeel printed</h1>
        <p>
          Only whoever started the lab may control it. Go to the terminal in which Evenkeel runs and open the link that
          it shows. It looks like this:
        </p>
        <code>{location.origin}/#t=…</code>
        <p>The link is new each time the lab starts, so one from an earlier run does not work.</p>
      </div>
    </main>
  );
}
