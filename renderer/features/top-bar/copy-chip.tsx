import { copyCommand } from '../../app/clipboard.ts';
import { useApp, useLab } from '../../app/context.ts';
import { CopyIcon } from '../../ui/icons.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import styles from './top-bar.module.css';

/** The lab is a real server: anybody's own requests take part. */
export function CopyChip() {
  const { ui } = useApp();
  const { host, port } = useLab((lab) => lab.proxy);
  // 127.0.0.1 is where it listens and localhost is what people say; any other address is said as it is.
  const address = `${host === '127.0.0.1' ? 'localhost' : host}:${port}`;
  const command = `curl ${address}`;
  return (
    <Tooltip text="Copy. Your own requests are balanced like all others and show up here.">
      <button
        type="button"
        className={styles.chip}
        aria-label={`Copy ${command}`}
        onClick={() => void copyCommand(ui, command)}
      >
        <code>
          <span className={styles.word}>curl </span>
          {address}
        </code>
        <CopyIcon />
      </button>
    </Tooltip>
  );
}
