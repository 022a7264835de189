import { useState } from 'react';
import { checkFault } from '../../../src/protocol/form-check.ts';
import type { Fault, FaultName } from '../../../src/protocol/lab.ts';
import { isDead, isDraining, type OriginState } from '../../../src/protocol/state.ts';
import { useApp } from '../../app/context.ts';
import { Button, type ButtonProps } from '../../ui/button.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { FormSection } from '../forms/form-section.tsx';
import { isFaulty } from '../origins/status.ts';
import { AmountFault } from './amount-fault.tsx';
import styles from './fault-panel.module.css';

const STAYS = 'stays';
const LENGTHS: readonly SelectOption[] = [
  { value: STAYS, title: 'until undone' },
  { value: '5000', title: 'for 5 s' },
  { value: '15000', title: 'for 15 s' },
  { value: '30000', title: 'for 30 s' },
  { value: '60000', title: 'for 1 min' },
  { value: '300000', title: 'for 5 min' },
];

/** Everything that can be done to an origin; what is on now is pressed, and pressing it again undoes it. */
export function FaultPanel({ origin }: { readonly origin: OriginState }) {
  const { client } = useApp();
  const [length, setLength] = useState(STAYS);
  const { name, process, status } = origin;
  const inflict = (fault: Fault): Promise<unknown> =>
    client.command({ command: 'fault', origin: name, ...fault, ...(length !== STAYS && { for: Number(length) }) });
  /** What ends something lasts: there is nothing to undo after a while. */
  const undo = (what: Exclude<FaultName, 'slow' | 'errors'>): void =>
    void client.command({ command: 'fault', origin: name, do: what });
  const faults = process?.faults;
  const running = process?.status === 'running';
  const frozen = process?.status === 'frozen';
  const dead = isDead(process);
  const draining = isDraining(status);
  return (
    <FormSection
      title="Break it"
      note={<Select label="How long" hideLabel value={length} options={LENGTHS} onChange={setLength} />}
    >
      <div className={styles.buttons}>
        {process && (
          <>
            <Action disabled={dead} tone="danger" onClick={() => void inflict({ do: 'kill' })}>
              Kill
            </Action>
            <Action onClick={() => undo('restart')}>Restart</Action>
            {frozen ? (
              <Action aria-pressed onClick={() => undo('thaw')}>
                Thaw
              </Action>
            ) : (
              <Action disabled={!running} onClick={() => void inflict({ do: 'freeze' })}>
                Freeze
              </Action>
            )}
          </>
        )}
        {draining ? (
          <Action aria-pressed onClick={() => undo('resume')}>
            Resume
          </Action>
        ) : (
          <Action onClick={() => void inflict({ do: 'drain' })}>Drain</Action>
        )}
        {process && faults && (
          <>
            <Action
              disabled={!running}
              aria-pressed={faults.hang}
              title="It accepts requests and never answers"
              onClick={() => (faults.hang ? undo('heal') : void inflict({ do: 'hang' }))}
            >
              Hang
            </Action>
            <Action
              disabled={!running}
              aria-pressed={faults.reset}
              title="It breaks off every connection"
              onClick={() => (faults.reset ? undo('heal') : void inflict({ do: 'reset' }))}
            >
              Reset
            </Action>
            <Action
              className={styles.heal}
              disabled={!isFaulty(origin)}
              tone={isFaulty(origin) ? 'accent' : 'plain'}
              onClick={() => undo('heal')}
            >
              Heal everything
            </Action>
          </>
        )}
      </div>
      {process && faults && (
        <>
          <AmountFault
            title="Slow"
            help="Times as long to serve a request."
            kind="factor"
            usual={10}
            now={faults.slow}
            none={1}
            disabled={!running}
            check={(factor) => checkFault({ do: 'slow', factor }, 'Slow')}
            onApply={inflict}
          />
          <AmountFault
            title="Errors"
            help="Of its answers are 500."
            kind="share"
            usual={0.5}
            now={faults.errors}
            none={0}
            disabled={!running}
            check={(share) => checkFault({ do: 'errors', share }, 'Errors')}
            onApply={inflict}
          />
        </>
      )}
    </FormSection>
  );
}

function Action(props: ButtonProps) {
  return <Button size="small" {...props} />;
}
