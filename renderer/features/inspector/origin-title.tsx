import type { OriginState } from '../../../src/protocol/state.ts';
import { useIdentities } from '../../app/use-identities.ts';
import { Badge } from '../origins/badge.tsx';
import styles from './origin-title.module.css';

export function OriginTitle({ origin: { name, address } }: { readonly origin: OriginState }) {
  const identity = useIdentities().get(name);
  return (
    <div className={styles.who}>
      {identity && <Badge identity={identity} />}
      <div className={styles.names}>
        <h2 className={styles.name} title={name}>
          {name.length <= 2 ? `Origin ${name}` : name}
        </h2>
        <p className={styles.address}>{address}</p>
      </div>
    </div>
  );
}
