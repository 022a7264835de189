import { useEffect, useState } from 'react';
import { isSpawned } from '../../../src/protocol/lab.ts';
import { useApp, useCommand, useLab, useTelemetry, useUi } from '../../app/context.ts';
import { count, unbroken } from '../../app/format.ts';
import { strategyOf } from '../../app/strategies.ts';
import { finishHint } from '../../app/ui-store.ts';
import { useExpectedShares } from '../../app/use-expected-shares.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { CheckIcon, CloseIcon, HintIcon, InfoIcon, WarningIcon } from '../../ui/icons.tsx';
import { faultCommand } from '../origins/fault-commands.ts';
import { ENOUGH, type Situation } from './situation.ts';
import type { Remedy } from './verdict.ts';
import styles from './verdict-strip.module.css';
import { VerdictWatch } from './watch.ts';
import { inText } from './words.ts';

/** One place, always there (so that nothing jumps): what to make of the picture, or what to try first. */
export function VerdictStrip() {
  const telemetry = useTelemetry();
  const lab = useLab((state) => state);
  const expected = useExpectedShares();
  const [watch] = useState(() => new VerdictWatch());
  const { situation, verdict } = watch.look(telemetry, lab, expected);
  const hint = useHint();
  const tone = verdict?.tone ?? 'calm';
  if (hint && tone === 'calm') return hint;
  return (
    <div className={classes(styles.strip, verdict ? styles[tone] : styles.well)} data-testid="verdict">
      <span className={styles.icon}>{!verdict ? <CheckIcon /> : tone === 'calm' ? <InfoIcon /> : <WarningIcon />}</span>
      <p className={styles.text}>
        {verdict ? (
          <>
            <strong>{unbroken(verdict.news)}</strong> {unbroken(verdict.more)}
          </>
        ) : (
          unbroken(allWell(situation))
        )}
      </p>
      {verdict?.remedy && <RemedyButton remedy={verdict.remedy} />}
    </div>
  );
}

/** Said quietly while there is nothing to say. */
function allWell({ origins, lastTen }: Situation): string {
  const up = origins.length === 1 ? 'The one origin is up.' : `All ${count(origins.length)} origins are up.`;
  return lastTen.ended >= ENOUGH && lastTen.failed === 0 ? `${up} No request failed in the last 10 s.` : up;
}

function RemedyButton({ remedy }: { readonly remedy: Remedy }) {
  const { ui } = useApp();
  const command = useCommand();
  const projector = useUi((state) => state.settings.projector);
  if ('policies' in remedy) {
    // The panel at the right is not there on a projector.
    if (projector) return null;
    return (
      <Button tone="quiet" className={styles.action} onClick={() => ui.setState({ panel: 'policies' })}>
        See passive health →
      </Button>
    );
  }
  const strategy = strategyOf(remedy.strategy);
  if (!strategy) return null;
  return (
    <Button
      tone="quiet"
      className={styles.action}
      onClick={() => command({ command: 'set-strategy', strategy: strategy.id })}
    >
      Try {inText(strategy.title)} →
    </Button>
  );
}

/** The first thing to try, until something was tried. */
function useHint() {
  const { ui } = useApp();
  const command = useCommand();
  const done = useUi((state) => state.hintDone);
  const tried = useLab((lab) => lab.timeline.some(({ kind }) => kind === 'fault'));
  const still = useLab((lab) => lab.traffic.paused || 'off' in lab.lab.traffic);
  const name = useLab((lab) => {
    const candidates = lab.origins.filter((origin) => isSpawned(origin.definition) && origin.available);
    return (candidates.find((origin) => origin.name === 'B') ?? candidates[1])?.name;
  });
  useEffect(() => {
    if (tried) finishHint(ui);
  }, [tried, ui]);
  if (done || tried || still || name === undefined) return undefined;
  return (
    <div className={classes(styles.strip, styles.hint)} data-testid="hint">
      <span className={styles.icon}>
        <HintIcon />
      </span>
      <p className={styles.text}>
        <strong>Make {name} slow</strong> and watch what it gets: will the strategy notice?
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
