import type { ReactNode } from 'react';
import { useApp, useLab, useUi } from '../../app/context.ts';
import { changeLog } from '../../app/ui-store.ts';
import { CompareIcon, LabIcon, LogIcon, PolicyIcon, ScriptIcon } from '../../ui/icons.tsx';
import styles from './rail.module.css';

/** The parts of the screen, one press each; only what there is. */
export function Rail() {
  const { ui } = useApp();
  const policies = useUi((state) => state.panel === 'policies');
  const script = useUi((state) => state.panel === 'script');
  const running = useLab((lab) => lab.faultScript.running);
  const log = useUi((state) => state.log.open);
  const plain = useUi((state) => state.view === 'lab' && state.panel === 'none' && !state.log.open);
  const compare = useUi((state) => state.view === 'compare');
  return (
    <nav className={styles.rail} aria-label="Parts">
      <RailButton
        icon={<LabIcon />}
        current={plain}
        title="The lab alone: closes what is beside it"
        onClick={() => {
          ui.setState({ view: 'lab', panel: 'none' });
          changeLog(ui, { open: false });
        }}
      >
        Lab
      </RailButton>
      <RailButton
        icon={<CompareIcon />}
        current={compare}
        title="What if? The same arrivals through several strategies, simulated"
        onClick={() => ui.setState({ view: 'compare', panel: 'none' })}
      >
        Compare
      </RailButton>
      <RailButton
        icon={<LogIcon />}
        pressed={log}
        title="The request log (L)"
        onClick={() => changeLog(ui, { open: !log, focus: undefined })}
      >
        Log
      </RailButton>
      <RailButton
        icon={<PolicyIcon />}
        pressed={policies}
        title="Health checks, ejection, retries, timeouts, sticky sessions and the forwarder, for all origins"
        onClick={() => ui.setState({ panel: policies ? 'none' : 'policies' })}
      >
        Policies
      </RailButton>
      <RailButton
        icon={<ScriptIcon />}
        pressed={script}
        busy={running}
        title={running ? 'The fault script; it runs' : 'The fault script: what breaks, and when'}
        onClick={() => ui.setState({ panel: script ? 'none' : 'script' })}
      >
        Script
      </RailButton>
    </nav>
  );
}

interface RailButtonProps {
  readonly icon: ReactNode;
  /** For what is a place: whether one is there. */
  readonly current?: boolean;
  /** For what opens and closes: whether it is open. */
  readonly pressed?: boolean;
  /** Whether something is going on there. */
  readonly busy?: boolean;
  readonly title: string;
  readonly onClick: () => void;
  readonly children: string;
}

function RailButton({ icon, current, pressed, busy = false, title, onClick, children }: RailButtonProps) {
  return (
    <button
      type="button"
      className={styles.button}
      aria-current={current ? 'page' : undefined}
      aria-pressed={pressed}
      title={title}
      onClick={onClick}
    >
      {icon}
      {busy && <i className={styles.busy} aria-hidden="true" />}
      <span>{children}</span>
    </button>
  );
}
