import { type CSSProperties, memo } from 'react';
import type { OriginState } from '../../../src/protocol/state.ts';
import { useApp, useTelemetry } from '../../app/context.ts';
import { count, counted, latency, percent, shortCount } from '../../app/format.ts';
import type { Identity } from '../../app/identity.ts';
import { inspect } from '../../app/ui-store.ts';
import { recentShares } from '../../telemetry/window.ts';
import { classes } from '../../ui/classes.ts';
import { Badge } from './badge.tsx';
import { OriginActions } from './origin-actions.tsx';
import styles from './origin-card.module.css';
import { Slots } from './slots.tsx';
import { isAway } from './status.ts';
import { StatusMark } from './status-mark.tsx';

export interface OriginCardProps {
  readonly origin: OriginState;
  readonly identity: Identity;
  /** All origins of the lab: what a share is a share of. */
  readonly names: readonly string[];
  /** 0–1; undefined where the strategy promises none. */
  readonly expected: number | undefined;
}

export const OriginCard = memo(function OriginCard({ origin, identity, names, expected }: OriginCardProps) {
  const { ui } = useApp();
  const { name, process } = origin;
  // Its badge says all of such a name already.
  const lettered = name.length <= 2;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups fields of a form
    <div
      role="group"
      aria-label={`Origin ${name}`}
      data-origin={name}
      tabIndex={-1}
      data-told={isAway(origin) ? '' : undefined}
      className={classes(styles.card, !origin.available && styles.away, isAway(origin) && styles.told)}
      style={{ '--identity': `var(--id-${identity.colour})` } as CSSProperties}
      onFocus={() => ui.setState({ focused: name })}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) ui.setState({ focused: undefined });
      }}
    >
      <Badge identity={identity} />
      <div className={styles.who}>
        <h2 className={styles.name} title={origin.address}>
          <button
            type="button"
            className={classes(styles.title, lettered && styles.lettered)}
            aria-label={`${lettered ? `Origin ${name}` : name}: details`}
            onClick={() => inspect(ui, name)}
          >
            {lettered ? `Origin ${name}` : name}
          </button>
          <span className={styles.address}>{addressWords(origin)}</span>
          {origin.weight !== 1 && <span className={styles.weight}>×{count(origin.weight)}</span>}
        </h2>
        <StatusMark origin={origin} testId={`status-${name}`} />
      </div>
      <div className={styles.figures}>
        <Figures name={name} names={names} expected={expected} />
        <OriginSlots name={name} process={process} />
      </div>
      <OriginActions origin={origin} />
    </div>
  );
});

/** The host is this machine for all we start; the port is what tells them apart. */
function addressWords({ address }: OriginState): string {
  return address.replace(/^(127\.0\.0\.1|localhost|\[::1\]):/, ':');
}

interface FiguresProps {
  readonly name: string;
  readonly names: readonly string[];
  readonly expected: number | undefined;
}

function Figures({ name, names, expected }: FiguresProps) {
  const telemetry = useTelemetry('numbers');
  const share = recentShares(telemetry, names).get(name);
  const figures = telemetry.origins.get(name);
  const failed = figures?.failed ?? 0;
  const [p95, unit] = latency(figures?.recent ? figures.p95 : undefined);
  return (
    <>
      <div className={styles.numbers}>
        <span title="Share of the requests of the last 10 s">
          <strong data-testid={`share-${name}`}>{percent(share)}</strong>
        </span>
        <span className={styles.latency} title="95 % of its answers of the last 10 s took no longer">
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

function OriginSlots({ name, process }: { readonly name: string; readonly process: OriginState['process'] }) {
  const telemetry = useTelemetry('numbers');
  // Somebody else's origin does not tell which of its requests wait; the balancer knows how many are there.
  const serving = process?.serving ?? telemetry.origins.get(name)?.inFlight ?? 0;
  return <Slots serving={serving} waiting={process?.waiting ?? 0} />;
}
