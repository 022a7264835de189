import { checkRole } from '../../../src/protocol/form-check.ts';
import { type OriginDefinition, roleOf } from '../../../src/protocol/lab.ts';
import { useApp } from '../../app/context.ts';
import { DraftField } from '../../ui/draft-field.tsx';
import { Switch } from '../../ui/field.tsx';
import { NOTATIONS } from '../forms/field-kinds.ts';
import { FormSection } from '../forms/form-section.tsx';

/** What an origin is among the others. */
export function RoleForm({ definition }: { readonly definition: OriginDefinition }) {
  const { client } = useApp();
  const { name } = definition;
  const role = roleOf(definition);
  const send = async (change: object): Promise<void> => {
    const checked = checkRole({ ...role, ...change }, 'It');
    if ('value' in checked) await client.command({ command: 'set-role', origin: name, role: checked.value });
  };
  const check = (key: string, label: string, input: unknown): string | undefined => {
    const checked = checkRole({ [key]: input }, label);
    return 'problem' in checked ? checked.problem : undefined;
  };
  const { number, limit } = NOTATIONS;
  return (
    <FormSection title="Among the others">
      <Switch
        label="Backup"
        hint="Gets requests only while no other origin is available."
        checked={role.backup ?? false}
        onChange={(backup) => void send({ backup })}
      />
      {!role.backup && (
        <DraftField
          label="Priority"
          help="0 first; a later one takes what earlier ones cannot carry."
          value={number.print(role.priority ?? 0)}
          check={(text) => check('priority', 'Priority', number.read(text))}
          onCommit={(text) => send({ priority: number.read(text) })}
        />
      )}
      <DraftField
        label="At once"
        help="Requests in flight here; as for all, unless a number is set."
        value={role.maxInFlight === undefined ? 'as for all' : limit.print(role.maxInFlight)}
        check={(text) => (isUsual(text) ? undefined : check('maxInFlight', 'At once', limit.read(text)))}
        onCommit={(text) => send({ maxInFlight: isUsual(text) ? undefined : limit.read(text) })}
      />
    </FormSection>
  );
}

function isUsual(text: string): boolean {
  return /^(as for all)?$/i.test(text.trim());
}
