import { changeSettings, useApp, useCommand, useLab, useUi } from '../../app/context.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { PauseIcon, ProjectorIcon, RunIcon, SettingsIcon } from '../../ui/icons.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { LabMenu } from '../labs/lab-menu.tsx';
import { LoadControl } from '../load/load-control.tsx';
import { ClockSwitch } from '../simulation/clock-switch.tsx';
import { StrategySwitch } from '../strategy/strategy-switch.tsx';
import { Brand } from './brand.tsx';
import { CopyChip } from './copy-chip.tsx';
import styles from './top-bar.module.css';
import { UndoButton } from './undo-button.tsx';

export function TopBar() {
  const app = useApp();
  const projector = useUi((ui) => ui.settings.projector);
  const live = useLab((lab) => lab.clock === 'live');
  return (
    <header className={styles.bar}>
      <div className={styles.line}>
        <Brand />
        <LabMenu className={styles.lab} />
        <ClockSwitch />
        <RunButton />
        {live && <UndoButton />}
        <span className={styles.space} />
        <StrategySwitch />
        <LoadControl />
        {live && <CopyChip />}
        <Tooltip text="For the last row of the room: larger type, thicker lines">
          <Button
            aria-label="Projector"
            aria-pressed={projector}
            onClick={() => changeSettings(app, { projector: !projector })}
          >
            <ProjectorIcon />
            <span className={styles.title}>Projector</span>
            <kbd className={classes(styles.key, styles.minor)}>P</kbd>
          </Button>
        </Tooltip>
        <Button
          icon
          className={styles.settings}
          aria-label="Settings"
          onClick={() => app.ui.setState({ dialog: 'settings' })}
        >
          <SettingsIcon />
        </Button>
        <Button icon className={styles.help} aria-label="Help" onClick={() => app.ui.setState({ dialog: 'help' })}>
          ?
        </Button>
      </div>
    </header>
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
      <span className={styles.said}>{paused ? 'Run' : 'Pause'}</span>
      <kbd className={classes(styles.key, styles.minor)}>Space</kbd>
    </Button>
  );
}
