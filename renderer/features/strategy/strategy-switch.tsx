import { Suspense } from 'react';
import { useCommand, useLab } from '../../app/context.ts';
import { later } from '../../app/later.ts';
import { strategyTitle } from '../../app/strategies.ts';
import { InfoIcon } from '../../ui/icons.tsx';
import { Popover } from '../../ui/popover.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { STRATEGY_CHOICES } from './strategy-groups.ts';
import styles from './strategy-switch.module.css';

const StrategyForm = later(async () => (await import('./strategy-form.tsx')).StrategyForm);

const options: readonly SelectOption[] = STRATEGY_CHOICES.map(({ id, title, rule, group, keys }) => ({
  value: id,
  title,
  note: rule,
  group,
  keys,
}));

/** Which strategy chooses, and beside it all about that one. */
export function StrategySwitch() {
  const id = useLab((lab) => lab.strategy.use);
  const command = useCommand();
  const known = options.some(({ value }) => value === id);
  return (
    <fieldset className={styles.control} aria-label="How an origin is chosen">
      <Select
        label="Strategy"
        className={styles.select}
        labelClassName={styles.label}
        value={id}
        options={known ? options : [...options, { value: id, title: strategyTitle(id) }]}
        onChange={(strategy) => command({ command: 'set-strategy', strategy })}
        trailing={<kbd className={styles.keys}>1–9</kbd>}
      />
      <Popover
        label={`${strategyTitle(id)}: about it, and its parameters`}
        trigger={
          <button type="button" className={styles.about} aria-label="About this strategy, and its parameters">
            <InfoIcon />
          </button>
        }
      >
        <div className={styles.page}>
          <Suspense fallback={null}>
            <StrategyForm />
          </Suspense>
        </div>
      </Popover>
    </fieldset>
  );
}
