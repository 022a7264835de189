import type { StrategySpec } from '../../../src/core/strategy.ts';
import { useApp, useLab } from '../../app/context.ts';
import { useChange } from '../../app/newest.ts';
import { strategyOf } from '../../app/strategies.ts';
import { ParameterFields } from './parameter-fields.tsx';
import styles from './strategy-form.module.css';

/** All about the strategy in use: what it does, when it is good, when not, and its parameters. */
export function StrategyForm() {
  const { client } = useApp();
  const spec = useLab((lab) => lab.strategy);
  const change = useChange(spec, (strategy: StrategySpec) => client.command({ command: 'set-strategy', strategy }));
  const definition = strategyOf(spec.use);
  if (!definition) return <p>This page does not know this strategy yet.</p>;
  const { title, rule, goodWhen, failsWhen, knownAs, parameters } = definition;
  return (
    <div className={styles.form}>
      <h3 className={styles.title}>{title}</h3>
      <p>{rule}</p>
      <dl className={styles.facts}>
        <dt>Good when</dt>
        <dd>{goodWhen}</dd>
        <dt>Fails when</dt>
        <dd>{failsWhen}</dd>
        <dt>Known as</dt>
        <dd>{knownAs.join(' · ')}</dd>
      </dl>
      {Object.keys(parameters).length === 0 ? (
        <p className={styles.none}>It has no parameters.</p>
      ) : (
        // Another strategy has other fields: what was typed into those of the one before is not meant for them.
        <ParameterFields
          key={spec.use}
          spec={spec}
          onChange={(part) => change((now) => (now.use === spec.use ? { ...now, ...part } : now))}
        />
      )}
    </div>
  );
}
