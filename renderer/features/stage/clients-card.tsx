import { memo } from 'react';
import type { TrafficDefinition } from '../../../src/protocol/lab.ts';
import { useLab, useTelemetry } from '../../app/context.ts';
import { counted, rate } from '../../app/format.ts';
import { requestRate } from '../../telemetry/window.ts';
import styles from './plain-card.module.css';

/** Averaged over this many seconds: random arrivals jump about from one second to the next. */
const RATE_SECONDS = 5;

/** The term in plain words. */
function meaningOf(traffic: TrafficDefinition): string | undefined {
  if ('open' in traffic) return 'Open loop: requests come at this pace, however long answers take';
  return 'closed' in traffic ? 'Closed loop: each user waits for an answer before asking again' : undefined;
}

export const ClientsCard = memo(function ClientsCard() {
  const telemetry = useTelemetry();
  const traffic = useLab((lab) => lab.lab.traffic);
  const paused = useLab((lab) => lab.traffic.paused);
  const addresses = useLab((lab) => lab.lab.clients.count);
  const live = useLab((lab) => lab.clock === 'live');
  const off = live ? 'only your own requests' : 'nobody asks for anything';
  const kind = 'open' in traffic ? 'open loop' : 'closed' in traffic ? 'closed loop' : off;
  const from = counted(addresses, 'address', 'addresses');
  const words = paused ? 'paused' : 'off' in traffic ? kind : `${from}, ${kind}`;
  return (
    <section className={`${styles.card} ${styles.clients}`} aria-label="Clients" data-node="clients">
      <h2 className={styles.overline}>Clients</h2>
      <p className={styles.big}>
        <strong data-testid="rate">{rate(requestRate(telemetry, RATE_SECONDS))}</strong> requests/s
      </p>
      <p className={styles.quiet} title={meaningOf(traffic)}>
        {words}
      </p>
    </section>
  );
});
