import { lazy, Suspense } from 'react';
import { Panel } from '../../ui/panel.tsx';

/** ms within which the charts begin to load even if the page is never idle. */
const PATIENCE = 600;

/** The chart library is more than half of all code: it comes after the stage, which does not need it. */
const stageIsThere = (): Promise<unknown> =>
  new Promise((resolve) => requestAnimationFrame(() => requestIdleCallback(resolve, { timeout: PATIENCE })));

const ShareChart = lazy(async () => {
  await stageIsThere();
  return { default: (await import('./share-chart.tsx')).ShareChart };
});
const LatencyChart = lazy(async () => {
  await stageIsThere();
  return { default: (await import('./latency-chart.tsx')).LatencyChart };
});

export function Charts() {
  return (
    <>
      <Suspense fallback={<Panel title="Share per origin">{null}</Panel>}>
        <ShareChart />
      </Suspense>
      <Suspense fallback={<Panel title="Latency and errors">{null}</Panel>}>
        <LatencyChart />
      </Suspense>
    </>
  );
}
