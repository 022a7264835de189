import { UNKNOWN } from '../../app/format.ts';
import { useIdentities } from '../../app/use-identities.ts';
import type { AttemptRow } from '../../telemetry/attempt-ring.ts';
import { Mark } from '../origins/badge.tsx';
import styles from './request-cells.module.css';
import { isFailed, statusText } from './request-words.ts';

/** What every list of requests shows alike. */
export function OriginCell({ origin }: Pick<AttemptRow, 'origin'>) {
  const identities = useIdentities();
  return origin === '' ? UNKNOWN : <Mark name={origin} identity={identities.get(origin)} />;
}

export function StatusCell({ row }: { readonly row: AttemptRow }) {
  return <span className={isFailed(row) ? styles.failed : undefined}>{statusText(row)}</span>;
}
