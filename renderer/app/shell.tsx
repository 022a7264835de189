import { lazy, Suspense } from 'react';
import { Charts } from '../features/charts/charts.tsx';
import { SidePanel } from '../features/inspector/side-panel.tsx';
import { DropZone } from '../features/labs/drop-zone.tsx';
import { RequestLog } from '../features/log/request-log.tsx';
import { Announcer } from '../features/notices/announcer.tsx';
import { Notices } from '../features/notices/notices.tsx';
import { Rail } from '../features/rail/rail.tsx';
import { LastRequests } from '../features/requests/last-requests.tsx';
import { Stage } from '../features/stage/stage.tsx';
import { Timeline } from '../features/timeline/timeline.tsx';
import { TopBar } from '../features/top-bar/top-bar.tsx';
import { VerdictStrip } from '../features/verdict/verdict-strip.tsx';
import { useLab, useUi } from './context.ts';
import { Dialogs } from './dialogs.tsx';
import { later, useTheRest } from './later.ts';
import styles from './shell.module.css';
import { useKeys } from './use-keys.ts';
import { useTitle } from './use-title.ts';

const SimulationBar = later(async () => (await import('../features/simulation/simulation-bar.tsx')).SimulationBar);
const CompareView = lazy(() => import('../features/compare/compare-view.tsx'));

/** The bar above, the parts at the left, and beside them the lab or a comparison. */
export function Shell() {
  const projector = useUi((ui) => ui.settings.projector);
  const view = useUi((ui) => ui.view);
  const virtual = useLab((lab) => lab.clock === 'virtual');
  useKeys();
  useTitle();
  useTheRest();
  return (
    <div className={styles.shell}>
      <TopBar />
      {virtual && (
        <Suspense fallback={null}>
          <SimulationBar />
        </Suspense>
      )}
      <Notices />
      <div className={styles.workspace}>
        {!projector && <Rail />}
        {view === 'compare' ? (
          <main className={styles.page}>
            <Suspense fallback={null}>
              <CompareView />
            </Suspense>
          </main>
        ) : (
          <LabView projector={projector} />
        )}
        {!projector && <SidePanel />}
      </div>
      <RequestLog />
      <Announcer />
      <DropZone />
      <Dialogs />
    </div>
  );
}

/** What happens now above, what happened below. */
function LabView({ projector }: { readonly projector: boolean }) {
  return (
    <main className={styles.main}>
      <Stage />
      <VerdictStrip />
      <div className={styles.below}>
        <Charts />
        <div className={styles.side}>
          <Timeline />
          {!projector && <LastRequests />}
        </div>
      </div>
    </main>
  );
}
