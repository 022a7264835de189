import { useState } from 'react';
import { isSpawned } from '../../../src/protocol/lab.ts';
import type { OriginState } from '../../../src/protocol/state.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { CheckHistory } from './check-history.tsx';
import { FaultPanel } from './fault-panel.tsx';
import { OriginFigures } from './origin-figures.tsx';
import { OriginHistory } from './origin-history.tsx';
import styles from './origin-inspector.module.css';
import { OriginNow } from './origin-now.tsx';
import { ProcessLog } from './process-log.tsx';
import { RoleForm } from './role-form.tsx';
import { ServiceForm } from './service-form.tsx';
import { WeightForm } from './weight-form.tsx';

type Page = 'now' | 'service' | 'log';

/** Everything about one origin and everything that can be done to it. */
export function OriginInspector({ origin }: { readonly origin: OriginState }) {
  const [page, setPage] = useState<Page>('now');
  const { definition, name } = origin;
  const now = (
    <>
      <OriginNow origin={origin} />
      <OriginFigures name={name} />
      <FaultPanel origin={origin} />
      <CheckHistory name={name} />
      <OriginHistory name={name} />
    </>
  );
  // A foreign origin's service and output are somebody else's business.
  if (!isSpawned(definition)) {
    return (
      <div className={styles.scroll}>
        {now}
        <WeightForm name={name} weight={origin.weight} />
        <RoleForm definition={definition} />
      </div>
    );
  }
  return (
    <Tabs
      label={`About ${name}`}
      value={page}
      onChange={setPage}
      tabs={[
        { value: 'now', title: 'Now', content: now },
        {
          value: 'service',
          title: 'Service',
          content: (
            <>
              <ServiceForm name={name} service={definition.service} />
              <WeightForm name={name} weight={origin.weight} />
              <RoleForm definition={definition} />
            </>
          ),
        },
        { value: 'log', title: 'Log', content: <ProcessLog name={name} /> },
      ]}
    />
  );
}
