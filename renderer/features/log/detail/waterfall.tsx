import { figure, milliseconds } from '../../../app/format.ts';
import type { AttemptRow } from '../../../telemetry/attempt-ring.ts';
import { classes } from '../../../ui/classes.ts';
import { OriginCell } from '../../requests/request-cells.tsx';
import { attemptWords, wholeTime } from '../../requests/request-words.ts';
import { PHASE_WORDS, type Phase, phasesOf, ticksOf } from './phases.ts';
import styles from './waterfall.module.css';

const PHASES = Object.keys(PHASE_WORDS) as Phase[];

/** The attempts of a request below each other, on one axis of time. */
export function Waterfall({ attempts }: { readonly attempts: readonly AttemptRow[] }) {
  const span = Math.max(0.001, ...attempts.map(wholeTime));
  const place = (ms: number): string => `${(ms / span) * 100}%`;
  return (
    <div className={styles.waterfall}>
      <div className={styles.axis} aria-hidden="true">
        {ticksOf(span).map((tick) => (
          <span key={tick} style={{ left: place(tick) }}>
            {figure(tick)}
          </span>
        ))}
      </div>
      <ol>
        {attempts.map((row) => {
          const phases = phasesOf(row);
          const words = phases.map(({ phase, length }) => `${PHASE_WORDS[phase]} ${milliseconds(length)}`).join(' · ');
          return (
            <li key={row.index} className={styles.attempt}>
              <span className={styles.name}>
                {row.attempt} <OriginCell origin={row.origin} />
              </span>
              <div className={styles.track} aria-hidden="true">
                {phases.map(({ phase, from, length }) => (
                  <span
                    key={phase}
                    className={classes(styles.bar, styles[phase])}
                    style={{ left: place(from), width: place(length) }}
                  />
                ))}
                {row.failure !== 0 && (
                  <span className={styles.failed} style={{ left: place(wholeTime(row)) }}>
                    ×
                  </span>
                )}
              </div>
              <span className={classes(styles.words, row.failure !== 0 && styles.bad)}>
                {row.failure === 0 ? '' : `${attemptWords(row)}. `}
                {words !== '' && `${words} ms`}
              </span>
            </li>
          );
        })}
      </ol>
      <p className={styles.legend} aria-hidden="true">
        {PHASES.map((phase) => (
          <span key={phase}>
            <i className={styles[phase]} /> {PHASE_WORDS[phase]}
          </span>
        ))}
        <span className={styles.unit}>ms since it arrived</span>
      </p>
    </div>
  );
}
