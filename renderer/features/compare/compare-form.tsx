import { useStore } from 'zustand';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { STRATEGIES, strategyTitle } from '../../app/strategies.ts';
import { Button } from '../../ui/button.tsx';
import { NumberField } from '../../ui/field.tsx';
import styles from './compare.module.css';
import { compareStore, startComparison, stopComparison } from './compare-store.ts';
import { type ComparisonPlan, MOST_STRATEGIES } from './comparison.ts';

/** What is picked at first: the lab's own, and the usual rival. */
function firstPick(lab: LabDefinition): string[] {
  const own = lab.strategy.use;
  return own === 'least-connections' ? [own, 'round-robin'] : [own, 'least-connections'];
}

/** What is compared and how; a press on Compare runs it. */
export function CompareForm({ lab }: { readonly lab: LabDefinition }) {
  const state = useStore(compareStore);
  const picked = state.picked ?? firstPick(lab);
  const running = state.progress !== undefined;
  const toggle = (id: string): void =>
    compareStore.setState({ picked: picked.includes(id) ? picked.filter((other) => other !== id) : [...picked, id] });
  const load = state.load ?? loadOf(lab);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!running) startComparison(planOf(lab, picked, state));
      }}
    >
      <fieldset className={styles.pick}>
        <legend>Two to four strategies</legend>
        <div className={styles.options}>
          {STRATEGIES.map(({ id }) => (
            <label key={id} className={styles.option}>
              <input
                type="checkbox"
                checked={picked.includes(id)}
                disabled={!picked.includes(id) && picked.length >= MOST_STRATEGIES}
                onChange={() => toggle(id)}
              />
              {strategyTitle(id)}
            </label>
          ))}
        </div>
      </fieldset>
      <div className={styles.numbers}>
        {load !== undefined && (
          <NumberField
            label={'closed' in lab.traffic ? 'Users' : 'Requests/s'}
            value={load}
            min={1}
            max={10_000}
            onChange={(next) => compareStore.setState({ load: next })}
          />
        )}
        <NumberField
          label="Seconds a run"
          value={state.seconds}
          min={10}
          max={3600}
          step={10}
          onChange={(seconds) => compareStore.setState({ seconds })}
        />
        <NumberField
          label="Runs each"
          value={state.replications}
          min={1}
          max={50}
          onChange={(replications) => compareStore.setState({ replications })}
        />
        <NumberField
          label="Seed"
          value={state.seed ?? lab.seed}
          min={0}
          max={4_294_967_295}
          onChange={(seed) => compareStore.setState({ seed })}
        />
      </div>
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

/** Requests/s or users; undefined for a lab without traffic. */
function loadOf({ traffic }: LabDefinition): number | undefined {
  if ('open' in traffic) return traffic.open.rate;
  return 'closed' in traffic ? traffic.closed.users : undefined;
}

function planOf(
  lab: LabDefinition,
  picked: readonly string[],
  { seed, seconds, replications, load }: ReturnType<typeof compareStore.getState>,
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
  return {
    lab: { ...lab, traffic: loaded },
    strategies: picked.map((id) => (id === lab.strategy.use ? lab.strategy : { use: id })),
    seed: seed ?? lab.seed,
    duration: seconds * 1000,
    replications,
  };
}
