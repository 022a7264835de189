import type { Policies } from '../../../src/core/policies.ts';
import { checkPolicies } from '../../../src/protocol/form-check.ts';
import { POLICY_PRESETS, presetOf } from '../../../src/protocol/policy-presets.ts';
import { useApp, useLab } from '../../app/context.ts';
import { DraftField } from '../../ui/draft-field.tsx';
import { Switch } from '../../ui/field.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { NOTATIONS } from '../forms/field-kinds.ts';
import { FormSection } from '../forms/form-section.tsx';
import { AnswerSections } from './answer-sections.tsx';
import styles from './policies-panel.module.css';
import { POLICY_SECTIONS, type PolicySection } from './policy-sections.ts';

/** How the balancer deals with failures, for all origins: presets, then each mechanism's own form. */
export function PoliciesPanel() {
  const policies = useLab(({ lab }) => lab);
  return (
    <div className={styles.page}>
      <Presets policies={policies} />
      {POLICY_SECTIONS.map((section) => (
        <SectionForm key={section.id} section={section} policies={policies} />
      ))}
      <AnswerSections />
    </div>
  );
}

const OWN = 'own';
const PRESETS: readonly SelectOption[] = POLICY_PRESETS.map(({ id, title, says }) => ({
  value: id,
  title,
  note: says,
}));

function Presets({ policies }: { readonly policies: Policies }) {
  const { client } = useApp();
  const preset = presetOf(policies);
  const choose = (id: string): void => {
    const chosen = POLICY_PRESETS.find((one) => one.id === id);
    if (chosen) void client.command({ command: 'set-policies', policies: chosen.policies as Partial<Policies> });
  };
  return (
    <div className={styles.presets}>
      <Select
        label="All like"
        className={styles.preset}
        value={preset?.id ?? OWN}
        options={preset ? PRESETS : [...PRESETS, { value: OWN, title: 'Your own' }]}
        onChange={choose}
      />
      <p className={styles.says}>
        {preset ? preset.says : 'Changed by you. Choose a product to see how it would behave.'}
        {preset && <span className={styles.source}> From: {preset.source}.</span>}
      </p>
    </div>
  );
}

interface SectionFormProps {
  readonly section: PolicySection;
  readonly policies: Policies;
}

function SectionForm({ section, policies }: SectionFormProps) {
  const { client } = useApp();
  const values = section.of(policies);
  const send = async (part: unknown, name: string): Promise<void> => {
    const checked = checkPolicies(section.patch(part), name, policies);
    if ('value' in checked) {
      await client.command({ command: 'set-policies', policies: checked.value as Partial<Policies> });
    }
  };
  const check = (key: string, name: string, input: unknown): string | undefined => {
    const checked = checkPolicies(section.patch({ [key]: input }), name, policies);
    return 'problem' in checked ? checked.problem : undefined;
  };
  return (
    <FormSection
      title={section.title}
      says={section.says}
      {...(section.switchable && {
        on: values !== 'off',
        onSwitch: (on: boolean) => void send(on ? 'on' : 'off', section.title),
      })}
    >
      {values !== 'off' && (
        <>
          {section.fields.map(([key, { label, kind, help }]) => {
            const { print, read, unit } = NOTATIONS[kind];
            return (
              <DraftField
                key={key}
                label={label}
                help={help}
                value={print(values[key])}
                unit={unit}
                check={(text) => check(key, label, read(text))}
                onCommit={(text) => send({ [key]: read(text) }, label)}
              />
            );
          })}
          <ChoiceList section={section} values={values} onChange={(part) => void send(part, section.title)} />
        </>
      )}
    </FormSection>
  );
}

interface ChoiceListProps {
  readonly section: PolicySection;
  readonly values: Readonly<Record<string, unknown>>;
  readonly onChange: (part: unknown) => void;
}

function ChoiceList({ section: { choices }, values, onChange }: ChoiceListProps) {
  if (!choices) return null;
  const chosen = values[choices.key] as readonly string[];
  return (
    <fieldset className={styles.choices}>
      <legend>{choices.title}</legend>
      {choices.options.map(({ value, title, help }) => (
        <Switch
          key={value}
          label={title}
          hint={help}
          checked={chosen.includes(value)}
          onChange={(on) =>
            onChange({ [choices.key]: on ? [...chosen, value] : chosen.filter((other) => other !== value) })
          }
        />
      ))}
    </fieldset>
  );
}
