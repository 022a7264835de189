import { useEffect, useState } from 'react';
import type { ScheduledFault } from '../../../src/protocol/lab.ts';
import type { FaultScriptState } from '../../../src/protocol/state.ts';
import { useApp, useCommand, useLab } from '../../app/context.ts';
import { useChange } from '../../app/newest.ts';
import { useIdentities } from '../../app/use-identities.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { CheckIcon, CloseIcon, RunIcon, StopIcon } from '../../ui/icons.tsx';
import { FormSection } from '../forms/form-section.tsx';
import { Mark } from '../origins/badge.tsx';
import { LineForm } from './line-form.tsx';
import { faultTime, faultWords, progressOf } from './script.ts';
import styles from './script-panel.module.css';

/** The lab's fault script: its lines, how far it has come, and a form for one more line. */
export function ScriptPanel() {
  const faults = useLab((lab) => lab.lab.faults);
  const script = useLab((lab) => lab.faultScript);
  const { client } = useApp();
  const change = useChange(faults, (next: readonly ScheduledFault[]) =>
    client.command({ command: 'set-faults', faults: next }),
  );
  return (
    <>
      <FormSection
        title="What breaks, and when"
        says={
          faults.length === 0
            ? 'The script is empty. Add a line: it is done so long after the script was begun.'
            : 'Each line is done at its time after the script was begun. It begins by itself when a lab is loaded.'
        }
      >
        {faults.length > 0 && <Controls faults={faults} script={script} />}
        <ol className={styles.lines} aria-label="Lines of the fault script">
          {faults.map((fault, index) => (
            <Line
              // biome-ignore lint/suspicious/noArrayIndexKey: lines may be alike; their place is what tells them apart
              key={index}
              fault={fault}
              state={index < script.done ? 'done' : script.running && index === script.done ? 'next' : 'later'}
              onRemove={() => void change((now) => without(now, fault))}
            />
          ))}
        </ol>
      </FormSection>
      <LineForm onAdd={(line) => change((now) => [...now, line])} />
    </>
  );
}

/** The lines but the first that is like this one. */
function without(faults: readonly ScheduledFault[], line: ScheduledFault): readonly ScheduledFault[] {
  const text = JSON.stringify(line);
  const index = faults.findIndex((fault) => JSON.stringify(fault) === text);
  return index < 0 ? faults : faults.toSpliced(index, 1);
}

interface ControlsProps {
  readonly faults: readonly ScheduledFault[];
  readonly script: FaultScriptState;
}

function Controls({ faults, script }: ControlsProps) {
  const command = useCommand();
  const now = useNow(script.running);
  const { words, share } = progressOf(faults, script, now);
  return (
    <div className={styles.controls}>
      <Button tone="accent" onClick={() => command({ command: 'run-faults' })}>
        <RunIcon />
        {script.running ? 'From the beginning' : 'Run'}
      </Button>
      <Button disabled={!script.running} onClick={() => command({ command: 'stop-faults' })}>
        <StopIcon />
        Stop
      </Button>
      <progress className={styles.bar} value={share} max={1} aria-label="Progress of the fault script" />
      <p className={styles.progress}>{words}</p>
    </div>
  );
}

const TICK = 250;

/** ms since the epoch on the lab's clock, four times a second while it matters. */
function useNow(ticking: boolean): number {
  const virtual = useLab(({ simulation, startedAt }) => simulation && startedAt + simulation.at);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(timer);
  }, [ticking]);
  return virtual ?? now;
}

interface LineProps {
  readonly fault: ScheduledFault;
  readonly state: 'done' | 'next' | 'later';
  readonly onRemove: () => void;
}

const STATES = { done: 'done', next: 'next', later: '' } as const;

function Line({ fault, state, onRemove }: LineProps) {
  const identities = useIdentities();
  const words = faultWords(fault);
  return (
    <li className={classes(styles.line, styles[state])} aria-current={state === 'next' ? 'step' : undefined}>
      <span className={styles.state}>
        {state === 'done' ? <CheckIcon /> : state === 'next' ? <RunIcon /> : null}
        <span className="visually-hidden">{STATES[state]}</span>
      </span>
      <time className={styles.time}>{faultTime(fault.at)}</time>
      <span>
        <Mark name={fault.origin} identity={identities.get(fault.origin)} /> {words}
      </span>
      <Button
        size="small"
        tone="quiet"
        icon
        aria-label={`Remove: ${faultTime(fault.at)} ${fault.origin} ${words}`}
        onClick={onRemove}
      >
        <CloseIcon />
      </Button>
    </li>
  );
}
