import { isSpawned } from '../../../src/protocol/lab.ts';
import type { OriginState } from '../../../src/protocol/state.ts';
import { useApp, useCommand } from '../../app/context.ts';
import { Button } from '../../ui/button.tsx';
import { MoreIcon } from '../../ui/icons.tsx';
import { Menu, MenuGroup, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { type FaultAction, faultCommand } from './fault-commands.ts';
import styles from './origin-card.module.css';
import { isFaulty } from './status.ts';

interface ActionsProps {
  readonly origin: OriginState;
}

/** At hand: what a lesson needs every minute. The rest is in the menu. */
export function OriginActions({ origin }: ActionsProps) {
  const command = useCommand();
  const act = (action: FaultAction): void => command(faultCommand(origin.name, action));
  const { name, process } = origin;
  const dead = process?.status === 'exited' || process?.status === 'failed';
  const draining = origin.status === 'draining' || origin.status === 'drained';
  return (
    <div className={styles.actions}>
      {process && dead && (
        <Button size="small" tone="accent" aria-label={`Restart ${name}`} onClick={() => act('restart')}>
          Restart
        </Button>
      )}
      {process && !dead && (
        <Button size="small" tone="danger" aria-label={`Kill ${name}`} onClick={() => act('kill')}>
          Kill
        </Button>
      )}
      <Button
        size="small"
        className={styles.second}
        aria-label={`${draining ? 'Resume' : 'Drain'} ${name}`}
        onClick={() => act(draining ? 'resume' : 'drain')}
      >
        {draining ? 'Resume' : 'Drain'}
      </Button>
      {process &&
        (isFaulty(origin) ? (
          <Button
            size="small"
            tone="accent"
            className={styles.heal}
            aria-label={`Heal ${name}`}
            onClick={() => act('heal')}
          >
            Heal
          </Button>
        ) : (
          <>
            <Button
              size="small"
              className={styles.second}
              disabled={dead}
              aria-label={`Slow ${name}`}
              onClick={() => act('slow')}
            >
              Slow
            </Button>
            <Button
              size="small"
              className={styles.second}
              disabled={dead}
              aria-label={`Errors ${name}`}
              onClick={() => act('errors')}
            >
              Errors
            </Button>
          </>
        ))}
      <OriginMenu origin={origin} act={act} />
    </div>
  );
}

interface OriginMenuProps extends ActionsProps {
  readonly act: (action: FaultAction) => void;
}

function OriginMenu({ origin, act }: OriginMenuProps) {
  const { ui } = useApp();
  const command = useCommand();
  const { name, process, weight } = origin;
  const running = process?.status === 'running';
  const draining = origin.status === 'draining' || origin.status === 'drained';
  const spawned = isSpawned(origin.definition);
  return (
    <Menu
      trigger={
        <Button size="small" icon className={styles.more} aria-label={`More for ${name}`}>
          <MoreIcon />
        </Button>
      }
    >
      {spawned && (
        <>
          <MenuGroup label="Process">
            {process?.status === 'frozen' ? (
              <MenuItem onSelect={() => act('thaw')}>Thaw (SIGCONT)</MenuItem>
            ) : (
              <MenuItem disabled={!running} onSelect={() => act('freeze')}>
                Freeze (SIGSTOP)
              </MenuItem>
            )}
            <MenuItem onSelect={() => act('restart')}>Restart</MenuItem>
            <MenuItem tone="danger" keys="K" onSelect={() => act('kill')}>
              Kill (SIGKILL)
            </MenuItem>
          </MenuGroup>
          <MenuSeparator />
          <MenuGroup label="Its answers">
            <MenuItem keys="S" disabled={!running} onSelect={() => act('slow')}>
              10 times slower
            </MenuItem>
            <MenuItem keys="E" disabled={!running} onSelect={() => act('errors')}>
              Half of them errors (500)
            </MenuItem>
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
      {spawned && <MenuItem onSelect={() => ui.setState({ logOf: name })}>Show its log</MenuItem>}
      <MenuItem tone="danger" onSelect={() => command({ command: 'remove-origin', origin: name })}>
        Remove
      </MenuItem>
    </Menu>
  );
}
