import type { CheckResult } from '../../../src/core/health.ts';
import { useLab, useTelemetry } from '../../app/context.ts';
import { counted, duration, longDuration, timeOfDay } from '../../app/format.ts';
import { useOriginCall } from '../../app/use-origin-call.ts';
import { classes } from '../../ui/classes.ts';
import { FormSection } from '../forms/form-section.tsx';
import styles from './check-history.module.css';

const SHOWN = 40;

/** The last health checks of an origin, the newest at the right. A failed one is full height and red, a passed one half. */
export function CheckHistory({ name }: { readonly name: string }) {
  const policy = useLab(({ lab }) => lab.health.active);
  const checks = useOriginCall('origin-checks', name);
  if (policy === 'off') {
    return <FormSection title="Health checks" says="Switched off in the policies: only requests tell how it is." />;
  }
  const shown = checks?.slice(-SHOWN) ?? [];
  const failed = shown.filter(({ ok }) => !ok).length;
  const summary =
    failed === 0
      ? `the last ${shown.length} all passed`
      : `${failed} of the last ${counted(shown.length, 'check')} failed`;
  return (
    <FormSection title="Health checks" note={shown.length === 0 ? 'none yet' : summary}>
      <div className={styles.strip} role="img" aria-label={shown.length === 0 ? 'No checks yet' : summary}>
        {Array.from({ length: SHOWN - shown.length }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
          <i key={index} className={styles.none} />
        ))}
        {shown.map(({ at, ok, reason, took }) => (
          <i
            key={at}
            className={classes(ok ? styles.passed : styles.failed)}
            title={`${timeOfDay(at)} · ${reason} · ${duration(took)}`}
          />
        ))}
      </div>
      <LastCheck check={shown.at(-1)} />
    </FormSection>
  );
}

function LastCheck({ check }: { readonly check: CheckResult | undefined }) {
  const { now } = useTelemetry();
  return (
    <p className={styles.last}>
      {check
        ? `${longDuration(Math.max(0, now - check.at))} ago: ${check.reason.replace(/^check /, '')}, after ${duration(check.took)}`
        : 'The first is on its way.'}
    </p>
  );
}
