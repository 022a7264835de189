import { Suspense } from 'react';
import { useUi } from '../../app/context.ts';
import { later } from '../../app/later.ts';

/** Nobody needs the log in the first second: its code comes when it is opened. */
const LogDrawer = later(async () => (await import('./log-drawer.tsx')).LogDrawer);

/** The request log where it is open; a projector has no room for it. */
export function RequestLog() {
  const open = useUi(({ log, settings }) => log.open && !settings.projector);
  return open ? (
    <Suspense fallback={null}>
      <LogDrawer />
    </Suspense>
  ) : null;
}
