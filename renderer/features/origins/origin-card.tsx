import { type CSSProperties, memo } from 'react';
import type { OriginState } from '../../../src/protocol/state.ts';
import { useApp } from '../../app/context.ts';
import { figure } from '../../app/format.ts';
import type { Identity } from '../../app/identity.ts';
import { inspect } from '../../app/ui-store.ts';
import { classes } from '../../ui/classes.ts';
import { Badge } from './badge.tsx';
import { CardFigures } from './card-figures.tsx';
import { OriginActions } from './origin-actions.tsx';
import styles from './origin-card.module.css';
import { OriginName } from './origin-name.tsx';
import { isAway } from './status.ts';
import { StatusMark } from './status-mark.tsx';

/** Characters of a card's first line. */
const LINE = 14;

/** Whether the address has room beside an origin's name and weight: it gives way, as it is in the title and in the inspector, too. */
export function hasRoom(address: string, title: string, weight: string): boolean {
  return title.length + address.length + weight.length <= LINE;
}

interface OriginCardProps {
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
  const title = lettered ? `Origin ${name}` : name;
  const weight = origin.weight === 1 ? '' : `×${figure(origin.weight)}`;
  const address = addressWords(origin);
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
            aria-label={`${title}: details`}
            onClick={() => inspect(ui, name)}
          >
            {lettered ? title : <OriginName name={name} />}
          </button>
          {hasRoom(address, title, weight) && <span className={styles.address}>{address}</span>}
          {weight && <span className={styles.weight}>{weight}</span>}
        </h2>
        <StatusMark origin={origin} testId={`status-${name}`} />
      </div>
      <CardFigures name={name} names={names} expected={expected} process={process} />
      <OriginActions origin={origin} />
    </div>
  );
});

/** The host is this machine for all we start; the port is what tells them apart. */
function addressWords({ address }: OriginState): string {
  return address.replace(/^(127\.0\.0\.1|localhost|\[::1\]):/, ':');
}
