import { ReferenceLine } from 'recharts';
import type { Identity } from '../../app/identity.ts';
import styles from './charts.module.css';
import type { Marker } from './markers.ts';

/**
 * Vertical lines for what was done. A function rather than a component: Recharts wants its elements as direct children.
 */
export function markerLines(
  markers: readonly Marker[],
  identities: ReadonlyMap<string, Identity>,
  labelled: boolean,
  lineHeight = 0,
) {
  return markers.map((marker) => (
    <ReferenceLine
      key={marker.id}
      x={marker.at}
      stroke={markerColour(marker, identities)}
      strokeDasharray="3 3"
      strokeWidth={1.5}
      zIndex={800}
      {...(labelled &&
        marker.row !== undefined && {
          label: {
            value: marker.label,
            position: marker.before ? 'insideTopRight' : 'insideTopLeft',
            offset: 5,
            dy: marker.row * lineHeight,
            className: styles.marker,
          },
        })}
    />
  ));
}

function markerColour({ kind, origin }: Marker, identities: ReadonlyMap<string, Identity>): string {
  if (kind === 'exited' || kind === 'ejected' || kind === 'outage') return 'var(--bad)';
  const identity = origin === undefined ? undefined : identities.get(origin);
  return identity ? `var(--id-${identity.colour})` : 'var(--accent)';
}
