import { memo } from 'react';
import { useLab, useTelemetry } from '../../app/context.ts';
import { rate } from '../../app/format.ts';
import type { Identity } from '../../app/identity.ts';
import { RECENT_SECONDS, requestRate } from '../../telemetry/window.ts';
import styles from './edges.module.css';
import { edgeCurves, type Geometry, pathData, straightCurves } from './geometry.ts';

interface EdgesProps {
  readonly geometry: Geometry;
  readonly identities: ReadonlyMap<string, Identity>;
  /** No motion wanted: edges say by their thickness, and in figures, what the dots would. */
  readonly still: boolean;
}

export const Edges = memo(function Edges({ geometry, identities, still }: EdgesProps) {
  // Who gets requests: nobody while the circuit breaker lets none through.
  const available = useLab(({ origins, balancer }) =>
    balancer.breaker?.state === 'open'
      ? ''
      : origins
          .filter((origin) => origin.available)
          .map(({ name }) => name)
          .join('\n'),
  );
  const names = new Set(available.split('\n'));
  const own = [...geometry.origins].filter(([, entry]) => !entry.shared);
  const shared = new Map(
    [...geometry.origins.values()].filter((entry) => entry.shared).map((entry) => [entry.y, entry]),
  );
  return (
    <svg className={styles.layer} aria-hidden="true">
      <path
        className={styles.edge}
        stroke="var(--text-faint)"
        d={pathData(straightCurves(geometry.clientsOut, geometry.balancerIn))}
      />
      {[...shared.values()].map((entry) => (
        <path
          key={entry.y}
          className={styles.edge}
          stroke="var(--text-faint)"
          d={pathData(edgeCurves(geometry.balancerOut, entry))}
        />
      ))}
      {own.map(([name, entry]) => (
        <path
          key={name}
          className={`${styles.edge} ${names.has(name) ? '' : styles.asleep}`}
          stroke={`var(--id-${identities.get(name)?.colour ?? 0})`}
          d={pathData(edgeCurves(geometry.balancerOut, entry))}
        />
      ))}
      {still && shared.size === 0 && <Flows geometry={geometry} identities={identities} />}
    </svg>
  );
});

const MAX_WIDTH = 12;

function Flows({ geometry, identities }: Omit<EdgesProps, 'still'>) {
  const telemetry = useTelemetry();
  const rates = [...geometry.origins.keys()].map((name) => requestRate(telemetry, RECENT_SECONDS, name) ?? 0);
  const most = Math.max(1, ...rates);
  const { clientsOut, balancerIn } = geometry;
  const flows = [...geometry.origins].map(([name, entry], index) => {
    const perSecond = rates[index] ?? 0;
    return (
      <g key={name}>
        <path
          className={styles.edge}
          stroke={`var(--id-${identities.get(name)?.colour ?? 0})`}
          style={{ strokeWidth: (perSecond / most) * MAX_WIDTH }}
          d={pathData(edgeCurves(geometry.balancerOut, entry))}
        />
        {!entry.gap && (
          <text className={styles.rate} x={entry.x - 12} y={entry.y - 8}>
            {rate(perSecond)}/s
          </text>
        )}
      </g>
    );
  });
  return (
    <>
      <text
        className={`${styles.rate} ${styles.arriving}`}
        x={(clientsOut.x + balancerIn.x) / 2}
        y={(clientsOut.y + balancerIn.y) / 2 - 8}
      >
        {rate(requestRate(telemetry, RECENT_SECONDS))}/s
      </text>
      {flows}
    </>
  );
}
