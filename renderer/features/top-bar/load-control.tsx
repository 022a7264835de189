import type { TrafficDefinition } from '../../../src/protocol/lab.ts';
import { useCommand, useLab } from '../../app/context.ts';
import { count } from '../../app/format.ts';
import { NumberField, Slider } from '../../ui/field.tsx';
import { MinusIcon, PlusIcon } from '../../ui/icons.tsx';
import { Popover } from '../../ui/popover.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { fromSlider, loadWords, MAX_LOAD, stepTraffic, toSlider } from './load.ts';
import styles from './load-control.module.css';

export function LoadControl() {
  const traffic = useLab((lab) => lab.lab.traffic);
  const command = useCommand();
  const change = (next: TrafficDefinition): void => command({ command: 'set-traffic', traffic: next });
  const words = loadWords(traffic);
  return (
    <fieldset className={styles.control} aria-label="Load">
      <button
        type="button"
        className={styles.step}
        aria-label="Less load"
        onClick={() => change(stepTraffic(traffic, -1))}
      >
        <MinusIcon />
      </button>
      <Popover
        label="Load"
        trigger={
          <button type="button" className={styles.value}>
            <span className={styles.label}>Load</span>{' '}
            <strong>
              {words.value} {words.unit}
            </strong>{' '}
            {words.detail && <span className={styles.detail}>{words.detail}</span>}
          </button>
        }
      >
        <LoadForm traffic={traffic} onChange={change} />
      </Popover>
      <button
        type="button"
        className={styles.step}
        aria-label="More load"
        onClick={() => change(stepTraffic(traffic, 1))}
      >
        <PlusIcon />
      </button>
    </fieldset>
  );
}

interface LoadFormProps {
  readonly traffic: TrafficDefinition;
  readonly onChange: (traffic: TrafficDefinition) => void;
}

const KINDS = [
  { value: 'open', title: 'Arrivals' },
  { value: 'closed', title: 'Users' },
  { value: 'off', title: 'Off' },
] as const;

const WORDS = {
  open: 'New requests come at this rate, whether or not the earlier ones were answered (open loop).',
  closed: 'Each user waits for an answer, thinks, then asks again (closed loop): slow origins slow the load down too.',
  off: 'Evenkeel sends nothing. Your own requests are still balanced.',
} as const;

function LoadForm({ traffic, onChange }: LoadFormProps) {
  const kind = 'open' in traffic ? 'open' : 'closed' in traffic ? 'closed' : 'off';
  const { paths } = traffic;
  const select = (next: typeof kind): void => {
    if (next === 'open') onChange({ paths, open: { rate: 20, arrivals: 'poisson' } });
    else if (next === 'closed') onChange({ paths, closed: { users: 20, think: 1000 } });
    else onChange({ paths, off: true });
  };
  return (
    <div className={styles.form}>
      <Segmented label="Kind of load" value={kind} options={KINDS} onChange={select} />
      <p className={styles.words}>{WORDS[kind]}</p>
      {'open' in traffic && (
        <>
          <LoadAmount
            label="Requests per second"
            value={traffic.open.rate}
            onChange={(rate) => onChange({ ...traffic, open: { ...traffic.open, rate } })}
          />
          <Segmented
            label="Spacing of arrivals"
            value={traffic.open.arrivals}
            options={[
              { value: 'poisson', title: 'Random (Poisson)' },
              { value: 'constant', title: 'Even' },
            ]}
            onChange={(arrivals) => onChange({ ...traffic, open: { ...traffic.open, arrivals } })}
          />
        </>
      )}
      {'closed' in traffic && (
        <>
          <LoadAmount
            label="Users"
            value={traffic.closed.users}
            onChange={(users) => onChange({ ...traffic, closed: { ...traffic.closed, users } })}
          />
          <NumberField
            label="Think time, ms on average"
            value={traffic.closed.think}
            min={0}
            max={60_000}
            step={100}
            onChange={(think) => onChange({ ...traffic, closed: { ...traffic.closed, think } })}
          />
        </>
      )}
    </div>
  );
}

interface LoadAmountProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function LoadAmount({ label, value, onChange }: LoadAmountProps) {
  return (
    <div className={styles.amount}>
      <NumberField label={label} value={value} min={1} max={MAX_LOAD} onChange={onChange} />
      <Slider
        label={label}
        value={toSlider(value)}
        min={0}
        max={100}
        step={1}
        words={(position) => count(fromSlider(position))}
        onChange={(position) => onChange(fromSlider(position))}
      />
    </div>
  );
}
