import { XAxis } from 'recharts';
import type { Plot } from './plot.ts';
import { WINDOW } from './share-data.ts';

const AGES = [45, 30, 15];

/** The last minute, the same on every chart. A function rather than a component: Recharts wants its axes as direct children. */
export function timeAxis(plot: Plot, to: number) {
  const first = to - WINDOW + 1;
  const words = (second: number): string => {
    if (second === to) return 'now';
    return second === first ? `−${WINDOW} s` : `−${to - second}`;
  };
  return (
    <XAxis
      dataKey="second"
      type="number"
      domain={[first, to]}
      ticks={[first, ...AGES.map((age) => to - age), to]}
      tickFormatter={words}
      interval={0}
      height={plot.axisHeight}
      tickLine={false}
      axisLine={false}
      allowDataOverflow
    />
  );
}
