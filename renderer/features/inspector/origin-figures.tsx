import { useTelemetry } from '../../app/context.ts';
import { count, milliseconds, percent, shortCount } from '../../app/format.ts';
import { useExpectedShares } from '../../app/use-expected-shares.ts';
import { useOriginNames } from '../../app/use-identities.ts';
import { recentShares } from '../../telemetry/window.ts';
import { FormSection } from '../forms/form-section.tsx';
import styles from './origin-inspector.module.css';

/** What was counted at this origin. */
export function OriginFigures({ name }: { readonly name: string }) {
  const telemetry = useTelemetry();
  const share = recentShares(telemetry, useOriginNames()).get(name);
  const expected = useExpectedShares()?.get(name);
  const figures = telemetry.origins.get(name);
  const measured = figures !== undefined && figures.recent > 0;
  return (
    <FormSection title="Requests" note="share and times: last 10 s">
      <dl className={styles.figures}>
        <div>
          <dt>Sent to it</dt>
          <dd title={count(figures?.started)}>{shortCount(figures?.started)}</dd>
        </div>
        <div>
          <dt>Failed</dt>
          <dd className={figures && figures.failed > 0 ? styles.failed : undefined} title={count(figures?.failed)}>
            {shortCount(figures?.failed)}
          </dd>
        </div>
        <div>
          <dt>In flight</dt>
          <dd>{count(figures?.inFlight)}</dd>
        </div>
        <div>
          <dt>Share</dt>
          <dd>{percent(share)}</dd>
        </div>
        {(['p50', 'p95', 'p99'] as const).map((which) => (
          <div key={which}>
            <dt>{which}</dt>
            <dd>
              {milliseconds(measured ? figures[which] : undefined)} <small>ms</small>
            </dd>
          </div>
        ))}
        <div>
          <dt>Expected</dt>
          <dd>{percent(expected)}</dd>
        </div>
      </dl>
    </FormSection>
  );
}
