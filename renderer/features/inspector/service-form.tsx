import { checkService } from '../../../src/protocol/form-check.ts';
import type { ServiceDefinition } from '../../../src/protocol/lab.ts';
import { useApp } from '../../app/context.ts';
import { DraftField } from '../../ui/draft-field.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { type FieldsOf, type FieldWords, NOTATIONS } from '../forms/field-kinds.ts';
import { FormSection } from '../forms/form-section.tsx';
import styles from './service-form.module.css';
import { parametersOf, TIME_MODELS, type TimeKind, timeModelOf, withKind, withParameter } from './service-model.ts';

const KINDS: readonly SelectOption[] = TIME_MODELS.map(({ kind, title, says }) => ({ value: kind, title, note: says }));

const FIELDS: FieldsOf<Pick<ServiceDefinition, 'workers' | 'queue' | 'errorRate'>> = {
  workers: { label: 'Workers', kind: 'limit', help: 'Requests served at the same time, or “unlimited”.' },
  queue: { label: 'Queue', kind: 'limit', help: 'How many may wait; the next gets 503.' },
  errorRate: { label: 'Errors', kind: 'share', help: 'Of its answers are 500, as a matter of course.' },
};

interface ServiceFormProps {
  readonly name: string;
  readonly service: ServiceDefinition;
}

/** How an origin serves; every change holds from the next request on. */
export function ServiceForm({ name, service }: ServiceFormProps) {
  const { client } = useApp();
  const { time } = service;
  const model = timeModelOf(time);
  const send = (change: Partial<ServiceDefinition>): Promise<unknown> =>
    client.command({ command: 'set-service', origin: name, service: change as ServiceDefinition });
  const line = (key: string, words: FieldWords, value: unknown, patchOf: (input: unknown) => unknown) => {
    const { print, read, unit } = NOTATIONS[words.kind];
    const checked = (text: string) => checkService(patchOf(read(text)), words.label);
    return (
      <DraftField
        key={`${model.kind} ${key}`}
        label={words.label}
        help={words.help}
        value={print(value)}
        unit={unit}
        check={(text) => {
          const result = checked(text);
          return 'problem' in result ? result.problem : undefined;
        }}
        onCommit={async (text) => {
          const result = checked(text);
          if ('value' in result) await send(result.value);
        }}
      />
    );
  };
  return (
    <>
      <FormSection title="Time per request" says={model.says}>
        <Select
          label="Distribution"
          className={styles.kind}
          value={model.kind}
          options={KINDS}
          onChange={(kind) => void send({ time: withKind(time, kind as TimeKind) })}
        />
        {model.fields.map(([key, words]) =>
          line(key, words, parametersOf(time)[key], (input) => ({ time: withParameter(time, key, input) })),
        )}
      </FormSection>
      <FormSection title="Capacity">
        {Object.entries(FIELDS).map(([key, words]) =>
          line(key, words, service[key as keyof typeof FIELDS], (input) => ({ [key]: input })),
        )}
      </FormSection>
    </>
  );
}
