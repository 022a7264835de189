import { useEffect, useRef, useState } from 'react';
import type { LabSummary } from '../../../src/protocol/lab-calls.ts';
import { copyText } from '../../app/clipboard.ts';
import { useApp, useLab } from '../../app/context.ts';
import { reportProblem, say } from '../../app/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { CheckIcon } from '../../ui/icons.tsx';
import styles from './lab-picker.module.css';
import { curlOf, loadBuiltIn, loadFile, saveLab } from './open-lab.ts';

interface LabPickerProps {
  /** Something was chosen: it may close. */
  readonly onDone: () => void;
}

/** The labs that come with Evenkeel, a file of one's own, and the lab that runs to take away. */
export function LabPicker({ onDone }: LabPickerProps) {
  const app = useApp();
  const labs = useLabs();
  const running = useLab((lab) => lab.lab.name);
  const [opening, setOpening] = useState<string>();
  const open = async (lab: LabSummary): Promise<void> => {
    setOpening(lab.id);
    const done = await loadBuiltIn(app, lab.id);
    setOpening(undefined);
    if (done) onDone();
  };
  return (
    <div className={styles.picker}>
      <ul className={styles.labs} aria-label="Labs that come with Evenkeel" aria-busy={opening !== undefined}>
        {labs.map((lab) => {
          const current = lab.name === running;
          return (
            <li key={lab.id}>
              <button
                type="button"
                className={classes(styles.lab, opening === lab.id && styles.opening)}
                aria-current={current ? 'true' : undefined}
                disabled={opening !== undefined}
                onClick={() => void open(lab)}
              >
                <span className={styles.tick}>{current && <CheckIcon />}</span>
                <span className={styles.name}>{lab.name}</span>
                <span className={styles.look}>{lab.look}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <LabActions onDone={onDone} />
    </div>
  );
}

function LabActions({ onDone }: LabPickerProps) {
  const app = useApp();
  const { client, ui } = app;
  const chooser = useRef<HTMLInputElement>(null);
  const host = useLab((lab) => lab.host);
  const copy = async (what: string, textOf: (file: string) => string): Promise<void> => {
    const file = await client.request('lab-file');
    if (file === undefined) return;
    if (await copyText(textOf(file))) say(ui, `${what} is on the clipboard now.`);
    else reportProblem(ui, 'The clipboard is not available here; save the lab as a file instead.');
    onDone();
  };
  const choose = async (files: FileList | null): Promise<void> => {
    const file = files?.[0];
    if (!file) return;
    onDone();
    await loadFile(app, file);
  };
  const save = async (): Promise<void> => {
    await saveLab(app);
    onDone();
  };
  return (
    <div className={styles.actions}>
      <Button tone="accent" onClick={() => chooser.current?.click()}>
        Open a lab file…
      </Button>
      <input
        ref={chooser}
        type="file"
        accept=".yaml,.yml,.json"
        hidden
        aria-label="Lab file"
        onChange={(event) => void choose(event.target.files)}
      />
      <Button onClick={() => void save()}>Save this lab</Button>
      <Button onClick={() => void copy('The lab file', (text) => text)}>Copy as lab file</Button>
      {host !== 'desktop' && (
        <Button
          title="A command that makes a running lab the same as this one; TOKEN stands for its token"
          onClick={() => void copy('The curl command', (text) => curlOf(text, location.origin))}
        >
          Copy as curl
        </Button>
      )}
      <p className={styles.hint}>Or drop a lab file (YAML or JSON) anywhere on this window.</p>
    </div>
  );
}

/** The labs that the host has, in the order in which people should meet them. */
function useLabs(): readonly LabSummary[] {
  const { client } = useApp();
  const [labs, setLabs] = useState<readonly LabSummary[]>([]);
  useEffect(() => {
    let open = true;
    void client.request('labs').then((answer) => {
      if (open && answer) setLabs(answer);
    });
    return () => {
      open = false;
    };
  }, [client]);
  return labs;
}
