import { SPEEDS } from '../../../src/simulation/pace.ts';
import { useApp, useLab, useTelemetry } from '../../app/context.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './simulation-bar.module.css';

const OPTIONS = SPEEDS.map((speed) => ({ value: String(speed), title: `${speed}×` }));

/** What only a clock of one's own can do: its speed, one request at a time, and all over again. */
export function SimulationBar() {
  const { client } = useApp();
  const simulation = useLab((lab) => lab.simulation);
  const startedAt = useLab((lab) => lab.startedAt);
  const { now } = useTelemetry('numbers');
  if (!simulation) return null;
  const ask = (call: string, params?: unknown): void => void client.request(call, params);
  return (
    <section className={styles.bar} aria-label="Simulation">
      <span className={styles.time}>
        Virtual time <output data-testid="virtual-time">{clockOf(Math.max(0, now - startedAt))}</output>
      </span>
      <Select
        label="Speed"
        value={String(simulation.speed)}
        options={OPTIONS}
        onChange={(speed) => ask('set-speed', { speed: Number(speed) })}
      />
      <Button onClick={() => ask('step')}>
        Step one request <kbd>→</kbd>
      </Button>
      <Button onClick={() => ask('restart')}>Restart from 0</Button>
      <span className={styles.time}>
        Seed <output>{simulation.seed}</output>
      </span>
      <span className={styles.note}>Simulated: the same seed gives the same run. The live lab goes on behind it.</span>
    </section>
  );
}

/** `0:05.2`, `12:00.0`, `1:00:00.0`. @param ms of virtual time */
function clockOf(ms: number): string {
  const tenths = Math.floor(ms / 100);
  const seconds = Math.floor(tenths / 10);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const pad = (value: number): string => String(value).padStart(2, '0');
  const head = hours > 0 ? `${hours}:${pad(minutes)}` : String(minutes);
  return `${head}:${pad(seconds % 60)}.${tenths % 10}`;
}
