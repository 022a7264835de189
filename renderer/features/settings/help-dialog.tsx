import { changeSettings, useApp, useUi } from '../../app/context.ts';
import { useDialog } from '../../app/use-dialog.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Switch } from '../../ui/field.tsx';
import styles from './settings.module.css';

type Key = readonly [keys: readonly string[], words: string];

interface KeyGroup {
  readonly title: string;
  readonly keys: readonly Key[];
}

const GROUPS: readonly KeyGroup[] = [
  {
    title: 'The lab',
    keys: [
      [['Space'], 'Run or pause the traffic'],
      [['1', '…', '9'], 'Choose a strategy'],
      [['+', '−'], 'More or less load'],
      [['Ctrl Z', '⌘ Z'], 'Undo the last change'],
      [['M'], 'Add a note to charts and events'],
    ],
  },
  {
    title: 'An origin',
    keys: [
      [['A', '…', 'H'], 'Go to an origin, then:'],
      [['K'], 'kill it, or restart it'],
      [['D'], 'drain it, or resume it'],
      [['S'], 'make it 10 times slower, or heal it'],
      [['E'], 'make half its answers errors, or heal it'],
      [['F'], 'freeze its process, or thaw it'],
      [['Enter'], 'show all about it, and change how it serves'],
      [['Esc'], 'leave the origin'],
    ],
  },
  {
    title: 'The screen',
    keys: [
      [['I'], 'Inspect the origin looked at last'],
      [['L'], 'Request log'],
      [['/'], 'Filter the log'],
      [['P'], 'Projector'],
      [['T'], 'Light or dark'],
      [['?'], 'This help'],
      [['Tab'], 'Next control; Shift Tab the one before'],
      [['Esc'], 'Close what is open'],
    ],
  },
];

export function HelpDialog() {
  const app = useApp();
  const { open, close } = useDialog('help');
  const singleKeys = useUi((state) => state.settings.singleKeys);
  return (
    <Dialog title="Help" open={open} onClose={close} wide>
      <div className={styles.rows}>
        <p className={styles.words}>
          Requests come from the clients on the left. The balancer chooses an origin for each by its strategy. Switch
          the strategy, break an origin, and watch what happens: everything you see is done by real processes and real
          requests. The lab’s name at the top opens other labs.
        </p>
        <div className={styles.groups}>
          {GROUPS.map(({ title, keys }) => (
            <section key={title} aria-label={title}>
              <h3 className={styles.group}>{title}</h3>
              <dl className={styles.keys}>
                {keys.map(([names, words]) => (
                  <div key={words}>
                    <dt>{names.map((key) => (key === '…' ? <span key={key}>…</span> : <kbd key={key}>{key}</kbd>))}</dt>
                    <dd>{words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <Switch
          label="Single-letter keys"
          hint="Off, only Space, Enter, Esc, Tab and Ctrl or ⌘ Z do something. For those who speak to their computer or press keys by accident."
          checked={singleKeys}
          onChange={(on) => changeSettings(app, { singleKeys: on })}
        />
      </div>
    </Dialog>
  );
}
