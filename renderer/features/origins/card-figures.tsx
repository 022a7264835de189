import type { OriginState } from '../../../src/protocol/state.ts';
import { useTelemetry } from '../../app/context.ts';
import { counted, latency, p95Title, percent, shortCount } from '../../app/format.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { RECENT_SECONDS, recentShares } from '../../telemetry/window.ts';
import { classes } from '../../ui/classes.ts';
import styles from './card-figures.module.css';
import { Slots } from './slots.tsx';

interface CardFiguresProps {
  readonly name: string;
  /** All origins of the lab: what a share is a share of. */
  readonly names: readonly string[];
  /** 0–1; undefined where the strategy promises none. */
  readonly expected: number | undefined;
  /** Undefined for an origin run by someone else. */
  readonly process: OriginState['process'];
}

/** An origin in figures: its share against what is expected, p95, errors, and what is there now. */
export function CardFigures({ name, names, expected, process }: CardFiguresProps) {
  return (
    <div className={styles.figures}>
      <Numbers name={name} names={names} expected={expected} />
      <OriginSlots name={name} process={process} />
    </div>
  );
}

function Numbers({ name, names, expected }: Omit<CardFiguresProps, 'process'>) {
  const telemetry = useTelemetry();
  const share = recentShares(telemetry, names).get(name);
  const figures = telemetry.origins.get(name);
  const failed = figures?.failed ?? 0;
  const [p95, unit] = latency(figures?.recent ? figures.p95 : undefined);
  return (
    <>
      <div className={styles.numbers}>
        <span title={shareTitle(telemetry, name, expected)}>
          <strong data-testid={`share-${name}`}>{percent(share)}</strong>
        </span>
        <span className={styles.latency} title={p95Title('its answers', figures?.recent ? figures.p95 : undefined)}>
          <strong data-testid={`p95-${name}`}>{p95}</strong> {unit} p95
        </span>
        <span
          className={classes(styles.errors, failed > 0 && styles.some)}
          title={`${counted(failed, 'attempt')} failed since the start`}
        >
          <strong data-testid={`failed-${name}`}>{shortCount(failed)}</strong> err
        </span>
      </div>
      <div className={styles.bar} aria-hidden="true">
        <i className={styles.fill} style={{ width: `${(share ?? 0) * 100}%` }} />
        {expected !== undefined && <i className={styles.tick} style={{ left: `${expected * 100}%` }} />}
      </div>
    </>
  );
}

/** The counts behind a share, and what it should be. */
function shareTitle(telemetry: Telemetry, name: string, expected: number | undefined): string {
  const { lastSecond: to } = telemetry;
  const from = to - RECENT_SECONDS + 1;
  const sent = telemetry.seconds.sum(name, 'started', from, to);
  const should = expected === undefined ? '' : `; ${percent(expected)} are expected`;
  return `${counted(sent, 'attempt')} in the last ${RECENT_SECONDS} s${should}`;
}

function OriginSlots({ name, process }: { readonly name: string; readonly process: OriginState['process'] }) {
  const telemetry = useTelemetry();
  // Somebody else's origin does not tell which of its requests wait; the balancer knows how many are there.
  const serving = process?.serving ?? telemetry.origins.get(name)?.inFlight ?? 0;
  return <Slots serving={serving} waiting={process?.waiting ?? 0} />;
}
