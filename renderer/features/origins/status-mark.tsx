import type { OriginState } from '../../../src/protocol/state.ts';
import { useTelemetry } from '../../app/context.ts';
import { unbroken } from '../../app/format.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { RECENT_SECONDS } from '../../telemetry/window.ts';
import { classes } from '../../ui/classes.ts';
import { statusWords } from './status.ts';
import styles from './status-mark.module.css';

interface StatusMarkProps {
  readonly origin: OriginState;
  /** For tests: `status-A` is the status on A's card. */
  readonly testId?: string;
}

/** An origin's state and, below, why: what the balancer believes and what is really so. */
export function StatusMark({ origin, testId }: StatusMarkProps) {
  const telemetry = useTelemetry();
  const { word, shortWord, tone, detail, short, unnoticed } = statusWords(
    origin,
    telemetry.now,
    failingShare(telemetry, origin.name),
  );
  return (
    <>
      <p className={classes(styles.status, styles[tone])} data-testid={testId}>
        <span className={classes(styles.word, styles.long)} title={word}>
          {word}
        </span>
        <span className={classes(styles.word, styles.short)} title={word}>
          {shortWord}
        </span>
      </p>
      <p className={classes(styles.detail, unnoticed && styles.unnoticed)} title={detail}>
        <span className={styles.long}>{unbroken(detail)}</span>
        <span className={styles.short}>{unbroken(short)}</span>
      </p>
    </>
  );
}

/** Attempts from which on a share of failures means something. */
const ENOUGH = 10;

/** 0–1: the share of its attempts of the last 10 s that failed; 0 while there are too few to tell. */
export function failingShare({ seconds, lastSecond }: Telemetry, name: string): number {
  const since = lastSecond - RECENT_SECONDS + 1;
  const ended = seconds.sum(name, 'ended', since, lastSecond);
  return ended < ENOUGH ? 0 : seconds.sum(name, 'failed', since, lastSecond) / ended;
}
