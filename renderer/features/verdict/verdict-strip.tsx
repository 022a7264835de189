import { useEffect, useState } from 'react';
import { isSpawned } from '../../../src/protocol/lab.ts';
import { useApp, useCommand, useLab, useTelemetry, useUi } from '../../app/context.ts';
import { STRATEGIES, strategyTitle } from '../../app/strategies.ts';
import { finishHint } from '../../app/ui-store.ts';
import { useExpectedShares } from '../../app/use-expected-shares.ts';
import { useOriginNames } from '../../app/use-identities.ts';
import { recentShares } from '../../telemetry/window.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { CloseIcon, HintIcon, InfoIcon, WarningIcon } from '../../ui/icons.tsx';
import { faultCommand } from '../origins/fault-commands.ts';
import { QueueTrend } from './queue-trend.ts';
import { verdictOf } from './verdict.ts';
import styles from './verdict-strip.module.css';

/** One line, always there (so that nothing jumps): what to make of the picture, or what to try first. */
export function VerdictStrip() {
  const telemetry = useTelemetry('numbers');
  const command = useCommand();
  const origins = useLab((lab) => lab.origins);
  const paused = useLab((lab) => lab.traffic.paused);
  const strategy = useLab((lab) => lab.strategy);
  const expected = useExpectedShares();
  const names = useOriginNames();
  const [trend] = useState(() => new QueueTrend());
  trend.push(telemetry.now, origins);

  const verdict = verdictOf({
    origins,
    paused,
    strategy: strategy.use,
    title: strategyTitle(strategy.use),
    shares: recentShares(telemetry, names),
    expected,
    growth: trend.growth(),
    now: telemetry.now,
  });
  const hint = useHint();
  const suggested = STRATEGIES.find(({ id }) => id === verdict.suggestion);

  if (hint && verdict.tone === 'calm') return hint;
  return (
    <div className={classes(styles.strip, styles[verdict.tone])} data-testid="verdict">
      <span className={styles.icon}>{verdict.tone === 'calm' ? <InfoIcon /> : <WarningIcon />}</span>
      <p className={styles.text}>
        <strong>{verdict.news}</strong> {verdict.more}
      </p>
      {suggested && (
        <Button
          tone="quiet"
          className={styles.action}
          onClick={() => command({ command: 'set-strategy', strategy: suggested.id })}
        >
          Try {suggested.title.toLowerCase()} →
        </Button>
      )}
    </div>
  );
}

/** The first thing to try, until something was tried. */
function useHint() {
  const { ui } = useApp();
  const command = useCommand();
  const done = useUi((state) => state.hintDone);
  const tried = useLab((lab) => lab.timeline.some(({ kind }) => kind === 'fault'));
  const name = useLab((lab) => {
    const candidates = lab.origins.filter((origin) => isSpawned(origin.definition) && origin.available);
    return (candidates.find((origin) => origin.name === 'B') ?? candidates[1])?.name;
  });
  useEffect(() => {
    if (tried) finishHint(ui);
  }, [tried, ui]);
  if (done || tried || name === undefined) return undefined;
  return (
    <div className={classes(styles.strip, styles.hint)} data-testid="hint">
      <span className={styles.icon}>
        <HintIcon />
      </span>
      <p className={styles.text}>
        <strong>Make {name} slow</strong> and watch its queue: will the strategy notice?
      </p>
      <Button tone="quiet" className={styles.action} onClick={() => command(faultCommand(name, 'slow'))}>
        Make {name} slow →
      </Button>
      <Button tone="quiet" icon aria-label="Dismiss the hint" onClick={() => finishHint(ui)}>
        <CloseIcon />
      </Button>
    </div>
  );
}
