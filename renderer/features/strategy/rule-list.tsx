import type { PathRule } from '../../../src/core/strategy.ts';
import { useOriginNames } from '../../app/use-identities.ts';
import { Button } from '../../ui/button.tsx';
import { DraftField } from '../../ui/draft-field.tsx';
import { CloseIcon, PlusIcon } from '../../ui/icons.tsx';
import { NestedStrategy } from './parameter-fields.tsx';
import styles from './strategy-form.module.css';

interface RuleListProps {
  readonly label: string;
  readonly rules: readonly PathRule[];
  readonly check: (rules: unknown) => string | undefined;
  readonly onChange: (rules: unknown) => Promise<void>;
}

/** Path rules: which paths go to which origins, in the order in which they are asked. */
export function RuleList({ label, rules, check, onChange }: RuleListProps) {
  const names = useOriginNames();
  const replaced = (index: number, rule: PathRule): PathRule[] => rules.map((old, at) => (at === index ? rule : old));
  return (
    <fieldset className={styles.rules}>
      <legend>{label}</legend>
      {rules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no other name than its place
        <div key={index} className={styles.rule}>
          <div className={styles.line}>
            <DraftField
              label={`Rule ${index + 1}: paths under`}
              value={rule.prefix}
              check={(prefix) => check(replaced(index, { ...rule, prefix }))}
              onCommit={(prefix) => onChange(replaced(index, { ...rule, prefix }))}
            />
            <Button
              tone="quiet"
              icon
              aria-label={`Remove rule ${index + 1}`}
              onClick={() => void onChange(rules.toSpliced(index, 1))}
            >
              <CloseIcon />
            </Button>
          </div>
          <OriginToggles
            label={`Origins of rule ${index + 1}`}
            names={names}
            chosen={rule.origins}
            onChange={(origins) => void onChange(replaced(index, { ...rule, origins }))}
          />
          <NestedStrategy
            label={`Rule ${index + 1}: which of them`}
            spec={rule.strategy ?? { use: 'round-robin' }}
            onChange={(strategy) =>
              onChange(replaced(index, { ...rule, strategy: strategy as NonNullable<PathRule['strategy']> }))
            }
          />
        </div>
      ))}
      <div>
        <Button
          disabled={names.length === 0}
          onClick={() => void onChange([...rules, { prefix: freePrefix(rules), origins: names.slice(0, 1) }])}
        >
          <PlusIcon />
          Add a rule
        </Button>
      </div>
    </fieldset>
  );
}

interface OriginTogglesProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** A rule has at least one origin: its last one stays. */
function OriginToggles({ label, names, chosen, onChange }: OriginTogglesProps) {
  return (
    <fieldset className={styles.origins} aria-label={label}>
      {names.map((name) => {
        const on = chosen.includes(name);
        return (
          <Button
            key={name}
            size="small"
            aria-pressed={on}
            onClick={() => {
              if (!on) onChange(names.filter((other) => other === name || chosen.includes(other)));
              else if (chosen.length > 1) onChange(chosen.filter((other) => other !== name));
            }}
          >
            {name}
          </Button>
        );
      })}
    </fieldset>
  );
}

/** A path that no rule has yet. */
function freePrefix(rules: readonly PathRule[]): string {
  for (let number = 1; ; number++) {
    const prefix = number === 1 ? '/api' : `/api-${number}`;
    if (!rules.some((rule) => rule.prefix === prefix)) return prefix;
  }
}
