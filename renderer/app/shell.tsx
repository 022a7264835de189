import { Charts } from '../features/charts/charts.tsx';
import { Announcer } from '../features/notices/announcer.tsx';
import { Notices } from '../features/notices/notices.tsx';
import { AddOriginDialog } from '../features/origins/add-origin-dialog.tsx';
import { LogDialog } from '../features/origins/log-dialog.tsx';
import { LastRequests } from '../features/requests/last-requests.tsx';
import { HelpDialog } from '../features/settings/help-dialog.tsx';
import { SettingsDialog } from '../features/settings/settings-dialog.tsx';
import { Stage } from '../features/stage/stage.tsx';
import { Timeline } from '../features/timeline/timeline.tsx';
import { TopBar } from '../features/top-bar/top-bar.tsx';
import { VerdictStrip } from '../features/verdict/verdict-strip.tsx';
import { useUi } from './context.ts';
import styles from './shell.module.css';
import { useKeys } from './use-keys.ts';

/** The lab screen: what happens now above, what happened below. */
export function Shell() {
  const projector = useUi((ui) => ui.settings.projector);
  useKeys();
  return (
    <div className={styles.shell}>
      <TopBar />
      <Notices />
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
      <Announcer />
      <AddOriginDialog />
      <LogDialog />
      <SettingsDialog />
      <HelpDialog />
    </div>
  );
}
