import { useEffect, useId, useRef } from 'react';
import { SPEEDS } from '../../../src/simulation/pace.ts';
import { useApp, useLab } from '../../app/context.ts';
import { counted } from '../../app/format.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { Scrubber } from './scrubber.tsx';
import { SeedField } from './seed-field.tsx';
import styles from './simulation-bar.module.css';
import { clockOf } from './virtual-time.ts';

const OPTIONS = SPEEDS.map((speed) => ({ value: String(speed), title: `${speed}×` }));

/** What only a clock of one's own can do: its speed, one request at a time, another time, and all over again. */
export function SimulationBar() {
  const { client } = useApp();
  const simulation = useLab((lab) => lab.simulation);
  const arrived = useLab((lab) => lab.traffic.sent);
  const bar = useRef<HTMLElement>(null);
  const label = useId();
  // So that Space and the arrows mean the simulation, and Tab goes on here.
  useEffect(() => bar.current?.focus(), []);
  if (!simulation) return null;
  const { at, seed, speed, behind, seeking } = simulation;
  return (
    <section className={styles.bar} aria-label="Simulation" ref={bar} tabIndex={-1}>
      <span className={styles.time}>
        <span className={styles.word} id={label}>
          Virtual time
        </span>{' '}
        <output data-testid="virtual-time" aria-labelledby={label}>
          {clockOf(at)}
        </output>
      </span>
      <span className={styles.state} data-testid="arrived">
        {seeking ? 'on its way…' : behind ? 'as fast as it can' : counted(arrived, 'request')}
      </span>
      <Scrubber simulation={simulation} onSeek={(to) => void client.request('seek', { to })} />
      <Select
        label="Speed"
        className={styles.speed}
        value={String(speed)}
        options={OPTIONS}
        onChange={(next) => void client.request('set-speed', { speed: Number(next) })}
      />
      <Tooltip text="Pauses, and goes on until one request more has arrived">
        <Button aria-label="Step one request" onClick={() => void client.request('step')}>
          Step <kbd className={styles.key}>→</kbd>
        </Button>
      </Tooltip>
      <Tooltip text="From 0 again, with what is set now: the same seed gives the same run">
        <Button onClick={() => void client.request('restart')}>Restart</Button>
      </Tooltip>
      <SeedField key={seed} seed={seed} onChange={(next) => void client.request('restart', { seed: next })} />
    </section>
  );
}
