import { useEffect, useState } from 'react';
import { useApp, useUi } from '../../app/context.ts';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './log-dialog.module.css';

const REFRESH = 1000;

/** What an origin's process printed, newest at the bottom. */
export function LogDialog() {
  const { ui } = useApp();
  const name = useUi((state) => state.logOf);
  return (
    <Dialog
      title={`Log of ${name ?? ''}`}
      open={name !== undefined}
      onClose={() => ui.setState({ logOf: undefined })}
      wide
    >
      {name !== undefined && <Lines origin={name} />}
    </Dialog>
  );
}

function Lines({ origin }: { readonly origin: string }) {
  const { client } = useApp();
  const [lines, setLines] = useState<readonly string[]>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let open = true;
    const load = async (): Promise<void> => {
      const next = await client.request<readonly string[]>('origin-log', { origin });
      if (!open) return;
      if (next) setLines(next);
      timer = setTimeout(() => void load(), REFRESH);
    };
    void load();
    return () => {
      open = false;
      clearTimeout(timer);
    };
  }, [client, origin]);
  if (!lines) return <p className={styles.empty}>Reading…</p>;
  if (lines.length === 0) return <p className={styles.empty}>It has not printed anything yet.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable from the keyboard
    <pre className={styles.lines} tabIndex={0}>
      {lines.join('\n')}
    </pre>
  );
}
