import { LatencyChart } from './latency-chart.tsx';
import { ShareChart } from './share-chart.tsx';

export function Charts() {
  return (
    <>
      <ShareChart />
      <LatencyChart />
    </>
  );
}
