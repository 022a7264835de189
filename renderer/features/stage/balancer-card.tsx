import { memo } from 'react';
import { useLab, useTelemetry } from '../../app/context.ts';
import { count, latency, p95Title } from '../../app/format.ts';
import { strategyOf } from '../../app/strategies.ts';
import { Slots } from '../origins/slots.tsx';
import { Circuit } from './circuit.tsx';
import styles from './plain-card.module.css';

export const BalancerCard = memo(function BalancerCard() {
  const telemetry = useTelemetry();
  const { use } = useLab((lab) => lab.strategy);
  const port = useLab((lab) => lab.proxy.port);
  const threads = useLab(({ clock, lab }) => (clock === 'live' ? lab.threads : 1));
  const lost = useLab((lab) => lab.balancer.lostThreads ?? 0);
  const breaker = useLab((lab) => lab.balancer.breaker);
  const limited = useLab(
    ({ lab: { limits }, origins }) =>
      limits.maxInFlight !== 'unlimited' ||
      limits.total !== 'unlimited' ||
      origins.some(({ definition }) => definition.maxInFlight !== undefined),
  );
  const strategy = strategyOf(use);
  const { recent, p95 } = telemetry.totals;
  const [figure, unit] = latency(recent > 0 ? p95 : undefined);
  return (
    <section
      className={`${styles.card} ${styles.balancer}`}
      aria-label="Balancer"
      data-node="balancer"
      data-circuit={breaker?.state}
    >
      <h2 className={`${styles.overline} ${styles.name}`}>
        <span>Balancer :{port}</span>
        {threads > 1 && <span> {lost > 0 ? `${threads - lost} of ${threads}` : threads} threads</span>}
      </h2>
      <p className={styles.strategy}>{strategy?.title ?? use}</p>
      <p className={styles.rule}>{strategy?.rule ?? 'A strategy that this page does not know yet.'}</p>
      <div className={styles.figures}>
        <p className={styles.big}>
          <strong data-testid="in-flight">{count(telemetry.totals.inFlight)}</strong> in flight
        </p>
        <p className={styles.big} title={p95Title('all answers', recent > 0 ? p95 : undefined)}>
          <strong data-testid="p95">{figure}</strong> {unit} p95
        </p>
      </div>
      {breaker && <Circuit breaker={breaker} now={telemetry.now} />}
      {limited && (
        <div className={styles.queue} title="Requests that wait here, as every origin that may serve them is full">
          <span className={styles.overline}>Waiting here</span>
          <Slots serving={0} waiting={telemetry.totals.queued} />
        </div>
      )}
    </section>
  );
});
