import type { CommandName } from '../../../src/protocol/command.ts';
import { checkSticky } from '../../../src/protocol/form-check.ts';
import type { AnswersDefinition, ForwarderName } from '../../../src/protocol/lab.ts';
import { whyNotSimulated } from '../../../src/simulation/unsimulated.ts';
import { useApp, useLab } from '../../app/context.ts';
import { useChange } from '../../app/newest.ts';
import { DraftField } from '../../ui/draft-field.tsx';
import { Switch } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { FormSection } from '../forms/form-section.tsx';
import styles from './policies-panel.module.css';

/** Why a simulation cannot change this; undefined where it can, and in the live lab. */
function useWhyNot(command: CommandName): string | undefined {
  return useLab(({ clock }) => (clock === 'virtual' ? whyNotSimulated(command) : undefined));
}

/** What else the balancer does with every request: keep clients at their origin, tell in its answers, move the bytes. */
export function AnswerSections() {
  return (
    <>
      <StickySection />
      <HeaderSection />
      <ForwarderSection />
    </>
  );
}

function StickySection() {
  const { client } = useApp();
  const sticky = useLab(({ lab }) => lab.sticky);
  const set = async (next: unknown): Promise<void> => {
    await client.command({ command: 'set-sticky', sticky: next as AnswersDefinition['sticky'] });
  };
  return (
    <FormSection
      title="Sticky sessions"
      says="A client that brings the balancer’s cookie goes to the origin it first got, as long as that can serve it; the strategy chooses for new clients only."
      on={sticky !== 'off'}
      onSwitch={(on) => void set(on ? 'on' : 'off')}
    >
      {sticky !== 'off' && (
        <DraftField
          label="Cookie"
          help="Its name; its value is signed, so that nobody can choose an origin."
          value={sticky.cookie}
          wide
          check={(text) => {
            const checked = checkSticky({ cookie: text.trim() }, 'Cookie');
            return 'problem' in checked ? checked.problem : undefined;
          }}
          onCommit={(text) => set({ cookie: text.trim() })}
        />
      )}
    </FormSection>
  );
}

type Header = AnswersDefinition['responseHeaders'][number];

const HEADERS: readonly { readonly value: Header; readonly help: string }[] = [
  { value: 'x-evenkeel-origin', help: 'Which origin answered. Look with curl -i.' },
  { value: 'server-timing', help: 'How long what took. Browsers show it with the request.' },
];

function HeaderSection() {
  const { client } = useApp();
  const chosen = useLab(({ lab }) => lab.responseHeaders);
  const send = useChange(chosen, (headers: AnswersDefinition['responseHeaders']) =>
    client.command({ command: 'set-response-headers', headers }),
  );
  const change = (header: Header, on: boolean): void =>
    void send((now) =>
      HEADERS.map(({ value }) => value).filter((value) => (value === header ? on : now.includes(value))),
    );
  const why = useWhyNot('set-response-headers');
  return (
    <FormSection
      title="Headers of answers"
      says={why ?? 'What the balancer adds, so that clients can see what it did.'}
    >
      <div className={styles.switches}>
        {HEADERS.map(({ value, help }) => (
          <Switch
            key={value}
            label={value}
            hint={help}
            checked={chosen.includes(value)}
            disabled={why !== undefined}
            onChange={(on) => change(value, on)}
          />
        ))}
      </div>
    </FormSection>
  );
}

const FORWARDERS: readonly { readonly value: ForwarderName; readonly title: string; readonly says: string }[] = [
  {
    value: 'native',
    title: 'Evenkeel’s own',
    says: 'Strict HTTP/1.1 on its own parsers: keeps header case and order, passes trailers and early answers on, and is fast.',
  },
  {
    value: 'http-proxy',
    title: 'http-proxy',
    says: 'The library that most Node tutorials use, with what is known to hurt held off: simpler, slower, less exact.',
  },
];

function ForwarderSection() {
  const { client } = useApp();
  const chosen = useLab(({ lab }) => lab.forwarder);
  const why = useWhyNot('set-forwarder');
  return (
    <FormSection
      title="Forwarder"
      says={
        why ??
        'Who moves the bytes between client and origin. New connections get the new one; requests under way end where they are.'
      }
    >
      <div>
        <Segmented
          label="Forwarder"
          value={chosen}
          options={FORWARDERS}
          disabled={() => why !== undefined}
          onChange={(forwarder) => void client.command({ command: 'set-forwarder', forwarder })}
        />
      </div>
      <p className={styles.says}>{FORWARDERS.find(({ value }) => value === chosen)?.says}</p>
    </FormSection>
  );
}
