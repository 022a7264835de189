import { memo } from 'react';
import { useLab, useTelemetry } from '../../app/context.ts';
import { counted, rate } from '../../app/format.ts';
import { requestRate } from '../../telemetry/window.ts';
import styles from './plain-card.module.css';

/** Averaged over this many seconds: random arrivals jump about from one second to the next. */
const RATE_SECONDS = 5;

export const ClientsCard = memo(function ClientsCard() {
  const telemetry = useTelemetry('numbers');
  const traffic = useLab((lab) => lab.lab.traffic);
  const paused = useLab((lab) => lab.traffic.paused);
  const addresses = useLab((lab) => lab.lab.clients.count);
  const kind = 'open' in traffic ? 'open loop' : 'closed' in traffic ? 'closed loop' : 'only your own requests';
  const words = paused ? 'paused' : 'off' in traffic ? kind : `${kind}, ${counted(addresses, 'address', 'addresses')}`;
  return (
    <section className={`${styles.card} ${styles.clients}`} aria-label="Clients" data-node="clients">
      <h2 className={styles.overline}>Clients</h2>
      <p className={styles.big}>
        <strong data-testid="rate">{rate(requestRate(telemetry, RATE_SECONDS))}</strong> requests/s
      </p>
      <p className={styles.quiet}>{words}</p>
    </section>
  );
});
