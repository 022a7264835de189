import type { Parameter, PathRule, StrategySpec } from '../../../src/core/strategy.ts';
import { checkStrategy } from '../../../src/protocol/form-check.ts';
import { STRATEGIES, strategyOf } from '../../app/strategies.ts';
import { DraftField } from '../../ui/draft-field.tsx';
import { Switch } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { type FieldKind, NOTATIONS } from '../forms/field-kinds.ts';
import { RuleList } from './rule-list.tsx';
import styles from './strategy-form.module.css';

interface ParameterFieldsProps {
  /** A strategy with all its parameters. */
  readonly spec: StrategySpec;
  /** Takes over the parameters that changed. */
  readonly onChange: (part: Readonly<Record<string, unknown>>) => Promise<unknown>;
}

/** A strategy's parameters as a form, made from their definitions. */
export function ParameterFields({ spec, onChange }: ParameterFieldsProps) {
  const parameters = Object.entries(strategyOf(spec.use)?.parameters ?? {});
  if (parameters.length === 0) return null;
  return (
    <div className={styles.fields}>
      {parameters.map(([key, parameter]) => (
        <ParameterField
          key={key}
          parameter={parameter}
          value={spec[key]}
          check={(value) => {
            const checked = checkStrategy({ ...spec, [key]: value }, parameter.label);
            return 'problem' in checked ? checked.problem : undefined;
          }}
          onChange={async (value) => {
            const checked = checkStrategy({ ...spec, [key]: value }, parameter.label);
            if ('value' in checked) await onChange({ [key]: checked.value[key] });
          }}
        />
      ))}
    </div>
  );
}

/** How the parameters that are written into a field are written. */
const WRITTEN: Partial<Record<Parameter['kind'], { readonly kind: FieldKind; readonly help?: string }>> = {
  integer: { kind: 'number' },
  number: { kind: 'number' },
  duration: { kind: 'duration' },
  ratio: { kind: 'ratio', help: 'Or off.' },
  key: { kind: 'text', help: 'client-ip, path, uri, header:NAME, cookie:NAME or query:NAME.' },
};

interface ParameterFieldProps {
  readonly parameter: Parameter;
  readonly value: unknown;
  readonly check: (value: unknown) => string | undefined;
  readonly onChange: (value: unknown) => Promise<void>;
}

function ParameterField({ parameter, value, check, onChange }: ParameterFieldProps) {
  const { label } = parameter;
  switch (parameter.kind) {
    case 'boolean':
      return <Switch label={label} checked={value === true} onChange={(on) => void onChange(on)} />;
    case 'choice':
      return (
        <div className={styles.choice}>
          <span className={styles.label}>{label}</span>
          <Segmented
            label={label}
            value={String(value)}
            options={parameter.options.map((option) => ({ value: option, title: option.replaceAll('-', ' ') }))}
            onChange={(option) => void onChange(option)}
          />
        </div>
      );
    case 'strategy':
      return <NestedStrategy label={label} spec={value as StrategySpec} onChange={onChange} />;
    case 'rules':
      return <RuleList label={label} rules={value as readonly PathRule[]} check={check} onChange={onChange} />;
    default: {
      const { kind, help } = WRITTEN[parameter.kind] ?? { kind: 'text' };
      const { print, read, unit } = NOTATIONS[kind];
      return (
        <DraftField
          label={label}
          help={help}
          value={print(value)}
          unit={unit}
          check={(text) => check(read(text))}
          onCommit={(text) => onChange(read(text))}
        />
      );
    }
  }
}

/** Strategies within a strategy are plain ones: those that hold others may not be held. */
const PLAIN: readonly SelectOption[] = STRATEGIES.filter(
  ({ parameters }) => !Object.values(parameters).some(({ kind }) => kind === 'strategy' || kind === 'rules'),
).map(({ id, title }) => ({ value: id, title }));

interface NestedStrategyProps {
  readonly label: string;
  readonly spec: StrategySpec;
  readonly onChange: (spec: unknown) => Promise<void>;
}

export function NestedStrategy({ label, spec, onChange }: NestedStrategyProps) {
  return (
    <div className={styles.choice}>
      <span className={styles.label}>{label}</span>
      <Select label={label} hideLabel value={spec.use} options={PLAIN} onChange={(use) => void onChange(use)} />
      <div className={styles.nested}>
        <ParameterFields key={spec.use} spec={spec} onChange={(part) => onChange({ ...spec, ...part })} />
      </div>
    </div>
  );
}
