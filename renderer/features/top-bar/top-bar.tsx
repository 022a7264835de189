import { changeSettings, useApp, useCommand, useLab, useUi, useView } from '../../app/context.ts';
import { STRATEGIES, strategyTitle } from '../../app/strategies.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { PauseIcon, ProjectorIcon, RunIcon, SettingsIcon } from '../../ui/icons.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { Brand } from './brand.tsx';
import { CopyChip } from './copy-chip.tsx';
import { LoadControl } from './load-control.tsx';
import styles from './top-bar.module.css';

export function TopBar() {
  const app = useApp();
  const name = useLab((lab) => lab.lab.name);
  const projector = useUi((ui) => ui.settings.projector);
  return (
    <header className={styles.bar}>
      <Brand />
      <span className={styles.name}>{name}</span>
      <LiveBadge />
      <RunButton />
      <span className={styles.space} />
      <StrategySwitch />
      <LoadControl />
      <CopyChip />
      <Tooltip text="For the last row of the room: larger type, thicker lines">
        <Button
          aria-label="Projector"
          aria-pressed={projector}
          onClick={() => changeSettings(app, { projector: !projector })}
        >
          <ProjectorIcon />
          <span className={styles.word}>Projector</span>
          <kbd className={classes(styles.key, styles.minor)}>P</kbd>
        </Button>
      </Tooltip>
      <Button icon aria-label="Settings" onClick={() => app.ui.setState({ dialog: 'settings' })}>
        <SettingsIcon />
      </Button>
      <Button icon aria-label="Help" onClick={() => app.ui.setState({ dialog: 'help' })}>
        ?
      </Button>
    </header>
  );
}

function LiveBadge() {
  const live = useView((view) => view.connection === 'open');
  return (
    <Tooltip
      text={
        live
          ? 'Real processes and real HTTP requests on this machine, in real time.'
          : 'The lab cannot be reached; what you see is the last that was heard.'
      }
    >
      <span className={classes(styles.badge, live && styles.live)} data-testid="clock-badge">
        {live ? 'LIVE' : 'OFFLINE'}
      </span>
    </Tooltip>
  );
}

function RunButton() {
  const paused = useLab((lab) => lab.traffic.paused);
  const command = useCommand();
  return (
    <Button
      className={styles.run}
      aria-label={paused ? 'Run' : 'Pause'}
      onClick={() => command({ command: paused ? 'run' : 'pause' })}
    >
      {paused ? <RunIcon /> : <PauseIcon />}
      {paused ? 'Run' : 'Pause'}
      <kbd className={classes(styles.key, styles.minor)}>Space</kbd>
    </Button>
  );
}

const options: readonly SelectOption[] = STRATEGIES.map(({ id, title, rule }, index) => ({
  value: id,
  title,
  note: rule,
  keys: index < 9 ? String(index + 1) : undefined,
}));

function StrategySwitch() {
  const id = useLab((lab) => lab.strategy.use);
  const command = useCommand();
  const known = options.some(({ value }) => value === id);
  return (
    <Select
      label="Strategy"
      className={styles.strategy}
      value={id}
      options={known ? options : [...options, { value: id, title: strategyTitle(id) }]}
      onChange={(strategy) => command({ command: 'set-strategy', strategy })}
      trailing={<kbd className={styles.key}>1–9</kbd>}
    />
  );
}
