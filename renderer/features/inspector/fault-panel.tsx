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

/** One that has no amount. */
type PlainFault = Exclude<FaultName, 'slow' | 'errors'>;

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
  const { name, process } = origin;
  const inflict = (fault: Fault): Promise<unknown> =>
    client.command({ command: 'fault', origin: name, ...fault, ...(length !== STAYS && { for: Number(length) }) });
  /** What ends something lasts: there is nothing to undo after a while. */
  const undo = (what: PlainFault): void => void client.command({ command: 'fault', origin: name, do: what });
  return (
    <FormSection
      title="Break it"
      note={<Select label="How long" hideLabel value={length} options={LENGTHS} onChange={setLength} />}
    >
      <FaultButtons origin={origin} inflict={(what) => void inflict({ do: what })} undo={undo} />
      {process && (
        <>
          <AmountFault
            title="Slow"
            help="Times as long to serve a request."
            kind="factor"
            usual={10}
            now={process.faults.slow}
            none={1}
            disabled={process.status !== 'running'}
            check={(factor) => checkFault({ do: 'slow', factor }, 'Slow')}
            onApply={inflict}
          />
          <AmountFault
            title="Errors"
            help="Of its answers are 500."
            kind="share"
            usual={0.5}
            now={process.faults.errors}
            none={0}
            disabled={process.status !== 'running'}
            check={(share) => checkFault({ do: 'errors', share }, 'Errors')}
            onApply={inflict}
          />
        </>
      )}
    </FormSection>
  );
}

interface FaultButtonsProps {
  readonly origin: OriginState;
  readonly inflict: (what: PlainFault) => void;
  readonly undo: (what: PlainFault) => void;
}

/** The faults that have no amount. */
function FaultButtons({ origin, inflict, undo }: FaultButtonsProps) {
  const { process, status } = origin;
  const running = process?.status === 'running';
  return (
    <div className={styles.buttons}>
      {process && (
        <>
          <Action disabled={isDead(process)} tone="danger" onClick={() => inflict('kill')}>
            Kill
          </Action>
          <Action onClick={() => undo('restart')}>Restart</Action>
          {process.status === 'frozen' ? (
            <Action aria-pressed onClick={() => undo('thaw')}>
              Thaw
            </Action>
          ) : (
            <Action disabled={!running} onClick={() => inflict('freeze')}>
              Freeze
            </Action>
          )}
        </>
      )}
      {isDraining(status) ? (
        <Action aria-pressed onClick={() => undo('resume')}>
          Resume
        </Action>
      ) : (
        <Action onClick={() => inflict('drain')}>Drain</Action>
      )}
      {process && (
        <>
          <Action
            disabled={!running}
            aria-pressed={process.faults.hang}
            title="It accepts requests and never answers"
            onClick={() => (process.faults.hang ? undo('heal') : inflict('hang'))}
          >
            Hang
          </Action>
          <Action
            disabled={!running}
            aria-pressed={process.faults.reset}
            title="It breaks off every connection"
            onClick={() => (process.faults.reset ? undo('heal') : inflict('reset'))}
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
  );
}

function Action(props: ButtonProps) {
  return <Button size="small" {...props} />;
}
