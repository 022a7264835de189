import { useApp, useUi } from '../../app/context.ts';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './settings.module.css';

const KEYS: readonly (readonly [keys: readonly string[], words: string])[] = [
  [['Space'], 'Run or pause the traffic'],
  [['1', '…', '9'], 'Choose a strategy'],
  [['A', '…', 'H'], 'Go to an origin, then:'],
  [['K'], 'kill it, or restart it'],
  [['D'], 'drain it, or resume it'],
  [['S'], 'make it 10 times slower, or heal it'],
  [['E'], 'make half its answers errors, or heal it'],
  [['F'], 'freeze its process, or thaw it'],
  [['Enter'], 'show all about it, and change how it serves'],
  [['Esc'], 'leave the origin'],
  [['I'], 'Inspect the origin looked at last'],
  [['+', '−'], 'More or less load'],
  [['L'], 'Request log'],
  [['/'], 'Filter the log'],
  [['P'], 'Projector'],
  [['T'], 'Light or dark'],
  [['?'], 'This help'],
];

export function HelpDialog() {
  const { ui } = useApp();
  const open = useUi((state) => state.dialog === 'help');
  const singleKeys = useUi((state) => state.settings.singleKeys);
  return (
    <Dialog title="Help" open={open} onClose={() => ui.setState({ dialog: 'none' })}>
      <div className={styles.rows}>
        <p className={styles.words}>
          Requests come from the clients on the left. The balancer chooses an origin for each by its strategy. Switch
          the strategy, break an origin, and watch what happens: everything you see are real processes and real
          requests.
        </p>
        <dl className={styles.keys}>
          {KEYS.map(([keys, words]) => (
            <div key={words}>
              <dt>{keys.map((key) => (key === '…' ? <span key={key}>…</span> : <kbd key={key}>{key}</kbd>))}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        {!singleKeys && <p className={styles.words}>Single-letter keys are switched off in the settings.</p>}
      </div>
    </Dialog>
  );
}
