import { startTransition, useEffect, useState } from 'react';
import { useApp } from '../../app/context.ts';

/** Parts of a second by which charts are behind each other: one long task each would be two in one. */
type ChartTurn = 0 | 1;
const BETWEEN = 240;

interface Known {
  /** The last second that is over. */
  readonly second: number;
  /** Moves when the same seconds say something else. */
  readonly epoch: number;
}

/** The telemetry's last second as a chart knows it: each in its turn, once a second, and after everything more urgent. */
export function useChartSecond(turn: ChartTurn): Known {
  const { telemetry } = useApp().client;
  const [known, setKnown] = useState<Known>(() => ({ second: telemetry.lastSecond, epoch: telemetry.epoch }));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      timer = undefined;
      const { lastSecond: second, epoch } = telemetry;
      startTransition(() =>
        setKnown((before) => (before.second === second && before.epoch === epoch ? before : { second, epoch })),
      );
    };
    const later = (): void => {
      timer ??= setTimeout(look, turn * BETWEEN);
    };
    later();
    const stop = telemetry.charts.subscribe(later);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [telemetry, turn]);
  return known;
}
