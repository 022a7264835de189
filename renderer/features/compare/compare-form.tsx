import { useStore } from 'zustand';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { strategyTitle } from '../../app/strategies.ts';
import { Button } from '../../ui/button.tsx';
import { NumberField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import styles from './compare.module.css';
import { compareStore, startComparison, stopComparison } from './compare-store.ts';
import { type ComparisonPlan, MOST_CONTESTANTS } from './comparison.ts';
import { choicesOf, contestant, firstPick, SUBJECTS } from './contestants.ts';

/** What is compared and how; a press on Compare runs it. */
export function CompareForm({ lab }: { readonly lab: LabDefinition }) {
  const state = useStore(compareStore);
  const { subject } = state;
  const picked = state.picked[subject] ?? firstPick(subject, lab);
  const running = state.progress !== undefined;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!running) startComparison(planOf(lab, picked, state));
      }}
    >
      <div className={styles.subject}>
        <Segmented
          label="What to compare"
          value={subject}
          options={SUBJECTS.map((value) => ({ value, title: value === 'strategies' ? 'Strategies' : 'Policies' }))}
          onChange={(next) => compareStore.setState({ subject: next })}
        />
        <span className={styles.quiet}>
          {subject === 'strategies'
            ? 'How an origin is chosen, all else as in the lab.'
            : `What is done about failures and overload, under ${strategyTitle(lab.strategy.use).toLowerCase()}.`}
        </span>
      </div>
      <Contestants picked={picked} />
      <RunNumbers lab={lab} />
      <div className={styles.go}>
        {running ? (
          <Button onClick={stopComparison}>Cancel</Button>
        ) : (
          <Button type="submit" tone="primary" disabled={picked.length < 2}>
            Compare
          </Button>
        )}
        <progress
          className={styles.progress}
          max={1}
          value={state.progress ?? 0}
          aria-label="Simulated so far"
          hidden={!running}
        />
        {!running && picked.length < 2 && <span className={styles.quiet}>Pick one more to compare with.</span>}
      </div>
    </form>
  );
}

function Contestants({ picked }: { readonly picked: readonly string[] }) {
  const { subject, picked: all } = useStore(compareStore);
  const toggle = (id: string): void => {
    const next = picked.includes(id) ? picked.filter((other) => other !== id) : [...picked, id];
    compareStore.setState({ picked: { ...all, [subject]: next } });
  };
  return (
    <fieldset className={styles.pick}>
      <legend>Two to four {subject}</legend>
      <div className={styles.options}>
        {choicesOf(subject).map(({ id, title }) => (
          <label key={id} className={styles.option}>
            <input
              type="checkbox"
              checked={picked.includes(id)}
              disabled={!picked.includes(id) && picked.length >= MOST_CONTESTANTS}
              onChange={() => toggle(id)}
            />
            {title}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function RunNumbers({ lab }: { readonly lab: LabDefinition }) {
  const { load = loadOf(lab), seconds, replications, seed = lab.seed } = useStore(compareStore);
  return (
    <div className={styles.numbers}>
      {load !== undefined && (
        <NumberField
          label={'closed' in lab.traffic ? 'Users' : (lab.traffic.fanOut ?? 1) === 1 ? 'Requests/s' : 'Pages/s'}
          value={load}
          min={1}
          max={10_000}
          onChange={(next) => compareStore.setState({ load: next })}
        />
      )}
      <NumberField
        label="Seconds a run"
        value={seconds}
        min={10}
        max={3600}
        step={10}
        onChange={(next) => compareStore.setState({ seconds: next })}
      />
      <NumberField
        label="Runs each"
        value={replications}
        min={1}
        max={50}
        onChange={(next) => compareStore.setState({ replications: next })}
      />
      <NumberField
        label="Seed"
        value={seed}
        min={0}
        max={4_294_967_295}
        onChange={(next) => compareStore.setState({ seed: next })}
      />
    </div>
  );
}

/** Requests/s, pages/s or users; undefined for a lab without traffic. */
function loadOf({ traffic }: LabDefinition): number | undefined {
  if ('open' in traffic) return traffic.open.rate;
  return 'closed' in traffic ? traffic.closed.users : undefined;
}

function planOf(
  lab: LabDefinition,
  picked: readonly string[],
  { subject, seed, seconds, replications, load }: ReturnType<typeof compareStore.getState>,
): ComparisonPlan {
  const { traffic } = lab;
  const loaded =
    load === undefined
      ? traffic
      : 'open' in traffic
        ? { ...traffic, open: { ...traffic.open, rate: load } }
        : 'closed' in traffic
          ? { ...traffic, closed: { ...traffic.closed, users: load } }
          : traffic;
  const asked = { ...lab, traffic: loaded };
  // In the order of the list, whichever was picked first.
  const order = choicesOf(subject).filter(({ id }) => picked.includes(id));
  return {
    name: lab.name,
    subject,
    contestants: order.map(({ id }) => contestant(subject, id, asked)),
    seed: seed ?? lab.seed,
    duration: seconds * 1000,
    replications,
  };
}
