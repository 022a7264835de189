import { useState } from 'react';
import { copyText } from '../../app/clipboard.ts';
import { useApp, useLab } from '../../app/context.ts';
import { reportProblem } from '../../app/ui-store.ts';
import { CheckIcon, CopyIcon } from '../../ui/icons.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import styles from './top-bar.module.css';

const SHOWN = 1500;

/** The lab is a real server: anybody's own requests take part. */
export function CopyChip() {
  const { ui } = useApp();
  const { host, port } = useLab((lab) => lab.proxy);
  const [copied, setCopied] = useState(false);
  // 127.0.0.1 is where it listens and localhost is what people say; any other address is said as it is.
  const address = `${host === '127.0.0.1' ? 'localhost' : host}:${port}`;
  const copy = async (): Promise<void> => {
    if (await copyText(`curl ${address}`)) {
      setCopied(true);
      setTimeout(() => setCopied(false), SHOWN);
    } else reportProblem(ui, `The clipboard is not available here; type "curl ${address}" in a terminal.`);
  };
  return (
    <Tooltip text="Copy. Your own requests are balanced like all others and show up here.">
      <button type="button" className={styles.chip} aria-label={`Copy curl ${address}`} onClick={() => void copy()}>
        <code>
          <span className={styles.word}>curl </span>
          {address}
        </code>
        {copied ? <CheckIcon /> : <CopyIcon />}
      </button>
    </Tooltip>
  );
}
