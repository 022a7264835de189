import { useLab } from '../../app/context.ts';
import { useOriginCall } from '../../app/use-origin-call.ts';
import styles from './process-log.module.css';

/** What an origin's process printed, newest at the bottom. */
export function ProcessLog({ name }: { readonly name: string }) {
  const lines = useOriginCall('origin-log', name);
  const virtual = useLab((lab) => lab.clock === 'virtual');
  if (virtual) return <p className={styles.empty}>A simulated origin is no process and prints nothing.</p>;
  if (!lines) return <p className={styles.empty}>Reading…</p>;
  if (lines.length === 0) return <p className={styles.empty}>It has not printed anything yet.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable from the keyboard
    <pre className={styles.lines} tabIndex={0}>
      {lines.join('\n')}
    </pre>
  );
}
