import { useEffect, useRef, useState } from 'react';
import type { SimulationState } from '../../../src/protocol/state.ts';
import { useLab } from '../../app/context.ts';
import { longDuration } from '../../app/format.ts';
import { Slider } from '../../ui/field.tsx';
import styles from './simulation-bar.module.css';
import { clockOf, lengthOf } from './virtual-time.ts';

/** ms without a movement after which somebody means the time they are at. */
const MEANT = 150;
/** ms of virtual time per step. */
const STEP = 100;

interface ScrubberProps {
  readonly simulation: SimulationState;
  readonly onSeek: (to: number) => void;
}

/** The run from its start on; another time is the same run, gone through again. */
export function Scrubber({ simulation: { at, reached, seeking }, onSeek }: ScrubberProps) {
  const duration = useLab((lab) => lab.lab.duration);
  const [wanted, setWanted] = useState<number>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // From the moment the simulation is there, its own time counts again.
  const asked = useRef(false);
  useEffect(() => {
    if (!seeking && asked.current) {
      asked.current = false;
      setWanted(undefined);
    }
  }, [seeking]);
  const length = lengthOf(Math.max(reached, at), duration);
  const move = (to: number): void => {
    setWanted(to);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      asked.current = true;
      onSeek(to);
    }, MEANT);
  };
  return (
    <div className={styles.scrubber} title={`Go to any time of this run; ${longDuration(length)} in all`}>
      <Slider
        label="Time in the simulation"
        value={Math.min(length, wanted ?? at)}
        min={0}
        max={length}
        step={STEP}
        words={clockOf}
        onChange={move}
      />
    </div>
  );
}
