import { checkWeight } from '../../../src/protocol/form-check.ts';
import { useApp } from '../../app/context.ts';
import { DraftField } from '../../ui/draft-field.tsx';
import { NOTATIONS } from '../forms/field-kinds.ts';
import { FormSection } from '../forms/form-section.tsx';

const { print, read } = NOTATIONS.number;

/** How much an origin should get beside the others; only weighted strategies ask. */
export function WeightForm({ name, weight }: { readonly name: string; readonly weight: number }) {
  const { client } = useApp();
  const checked = (text: string) => checkWeight(read(text), 'Weight');
  return (
    <FormSection title="In the balancer">
      <DraftField
        label="Weight"
        help="2 gets twice as much as 1, where the strategy heeds weights."
        value={print(weight)}
        check={(text) => {
          const result = checked(text);
          return 'problem' in result ? result.problem : undefined;
        }}
        onCommit={async (text) => {
          const result = checked(text);
          if ('value' in result) await client.command({ command: 'set-weight', origin: name, weight: result.value });
        }}
      />
    </FormSection>
  );
}
