import { lazy, Suspense } from 'react';
import { Panel } from '../../ui/panel.tsx';

/** The chart library is more than half of all code: it comes after the stage, which does not need it. */
const ShareChart = lazy(async () => ({ default: (await import('./share-chart.tsx')).ShareChart }));
const LatencyChart = lazy(async () => ({ default: (await import('./latency-chart.tsx')).LatencyChart }));

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
