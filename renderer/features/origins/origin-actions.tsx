import { memo } from 'react';
import { isSpawned } from '../../../src/protocol/lab.ts';
import { isDead, isDraining, type OriginState } from '../../../src/protocol/state.ts';
import { useApp, useCommand } from '../../app/context.ts';
import { count } from '../../app/format.ts';
import { inspect } from '../../app/ui-store.ts';
import { Button, type ButtonProps } from '../../ui/button.tsx';
import { MoreIcon } from '../../ui/icons.tsx';
import { Menu, MenuGroup, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { ERROR_SHARE, type FaultAction, faultCommand, SLOW_FACTOR } from './fault-commands.ts';
import styles from './origin-actions.module.css';
import { isFaulty } from './status.ts';

interface ActionsProps {
  readonly origin: OriginState;
}

/** How many requests it has changes ten times a second; what can be done to it does not. */
function canDoTheSame({ origin: a }: ActionsProps, { origin: b }: ActionsProps): boolean {
  return (
    a.name === b.name &&
    a.status === b.status &&
    a.weight === b.weight &&
    a.definition === b.definition &&
    a.process?.status === b.process?.status &&
    a.process?.faults === b.process?.faults
  );
}

/** At hand: what a lesson needs every minute. The rest is in the menu. */
export const OriginActions = memo(function OriginActions({ origin }: ActionsProps) {
  const command = useCommand();
  const act = (action: FaultAction): void => command(faultCommand(origin.name, action));
  const { name, process } = origin;
  const dead = isDead(process);
  const frozen = process?.status === 'frozen';
  const draining = isDraining(origin.status);
  const button = (word: string, action: FaultAction, props: ButtonProps = {}) => (
    <Button
      size="small"
      className={styles.second}
      aria-label={`${word} ${name}`}
      onClick={() => act(action)}
      {...props}
    >
      {word}
    </Button>
  );
  return (
    <div className={styles.actions}>
      {process &&
        (dead
          ? button('Restart', 'restart', { tone: 'accent', className: undefined })
          : button('Kill', 'kill', { tone: 'danger', className: undefined }))}
      {draining ? button('Resume', 'resume') : button('Drain', 'drain')}
      {process &&
        (frozen ? button('Thaw', 'thaw', { tone: 'accent' }) : button('Freeze', 'freeze', { disabled: dead }))}
      {process &&
        (isFaulty(origin) ? (
          button('Heal', 'heal', { tone: 'accent', className: styles.heal })
        ) : (
          <>
            {button('Slow', 'slow', { disabled: dead })}
            {button('Errors', 'errors', { disabled: dead })}
          </>
        ))}
      <OriginMenu origin={origin} act={act} />
    </div>
  );
}, canDoTheSame);

interface OriginMenuProps extends ActionsProps {
  readonly act: (action: FaultAction) => void;
}

function OriginMenu({ origin, act }: OriginMenuProps) {
  const { ui } = useApp();
  const command = useCommand();
  const { name, weight } = origin;
  const draining = isDraining(origin.status);
  return (
    <Menu
      trigger={
        <Button size="small" icon className={styles.more} aria-label={`More for ${name}`}>
          <MoreIcon />
        </Button>
      }
    >
      {isSpawned(origin.definition) && (
        <>
          <ProcessItems origin={origin} act={act} />
          <MenuSeparator />
          <AnswerItems origin={origin} act={act} />
          <MenuSeparator />
        </>
      )}
      <MenuGroup label="In the balancer">
        <MenuItem keys="D" onSelect={() => act(draining ? 'resume' : 'drain')}>
          {draining ? 'Resume' : 'Drain'}
        </MenuItem>
        {[1, 2, 3, 5].map((next) => (
          <MenuItem
            key={next}
            disabled={next === weight}
            onSelect={() => command({ command: 'set-weight', origin: name, weight: next })}
          >
            Weight {next}
          </MenuItem>
        ))}
      </MenuGroup>
      <MenuSeparator />
      <MenuItem keys="Enter" onSelect={() => inspect(ui, name)}>
        Details and log
      </MenuItem>
      <MenuItem tone="danger" onSelect={() => command({ command: 'remove-origin', origin: name })}>
        Remove
      </MenuItem>
    </Menu>
  );
}

function ProcessItems({ origin: { process }, act }: OriginMenuProps) {
  return (
    <MenuGroup label="Process">
      {process?.status === 'frozen' ? (
        <MenuItem keys="F" onSelect={() => act('thaw')}>
          Thaw (SIGCONT)
        </MenuItem>
      ) : (
        <MenuItem keys="F" disabled={process?.status !== 'running'} onSelect={() => act('freeze')}>
          Freeze (SIGSTOP)
        </MenuItem>
      )}
      <MenuItem onSelect={() => act('restart')}>Restart</MenuItem>
      <MenuItem tone="danger" keys="K" onSelect={() => act('kill')}>
        Kill (SIGKILL)
      </MenuItem>
    </MenuGroup>
  );
}

function AnswerItems({ origin, act }: OriginMenuProps) {
  const command = useCommand();
  const { name, process } = origin;
  const running = process?.status === 'running';
  return (
    <MenuGroup label="Its answers">
      {[2, 4, SLOW_FACTOR].map((factor) => (
        <MenuItem
          key={factor}
          {...(factor === SLOW_FACTOR && { keys: 'S' })}
          disabled={!running}
          onSelect={() => command({ command: 'fault', origin: name, do: 'slow', factor })}
        >
          {count(factor)} times slower
        </MenuItem>
      ))}
      {[0.1, ERROR_SHARE, 1].map((share) => (
        <MenuItem
          key={share}
          {...(share === ERROR_SHARE && { keys: 'E' })}
          disabled={!running}
          onSelect={() => command({ command: 'fault', origin: name, do: 'errors', share })}
        >
          {count(share * 100)} % errors (500)
        </MenuItem>
      ))}
      <MenuItem disabled={!running} onSelect={() => act('hang')}>
        Hang: accept, never answer
      </MenuItem>
      <MenuItem disabled={!running} onSelect={() => act('reset')}>
        Hang up on every request
      </MenuItem>
      <MenuItem disabled={!isFaulty(origin)} onSelect={() => act('heal')}>
        Heal
      </MenuItem>
    </MenuGroup>
  );
}
