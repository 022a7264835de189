import { isSpawned } from '../../../src/protocol/lab.ts';
import type { OriginState, ProcessState } from '../../../src/protocol/state.ts';
import { copyCommand } from '../../app/clipboard.ts';
import { useApp, useLab, useTelemetry } from '../../app/context.ts';
import { longDuration, sinceStart } from '../../app/format.ts';
import { Button } from '../../ui/button.tsx';
import { CopyIcon } from '../../ui/icons.tsx';
import { FormSection } from '../forms/form-section.tsx';
import { StatusMark } from '../origins/status-mark.tsx';
import styles from './origin-inspector.module.css';

/** What the balancer believes, why and since when; and what is really so with its process. */
export function OriginNow({ origin }: { readonly origin: OriginState }) {
  const { now } = useTelemetry();
  const startedAt = useLab((lab) => lab.startedAt);
  const { definition, process } = origin;
  return (
    <FormSection title="State" note={`for ${longDuration(Math.max(0, now - origin.since))}`}>
      <StatusMark origin={origin} />
      <dl className={styles.facts}>
        <dt>Because</dt>
        <dd>{origin.reason || 'it was added'}</dd>
        <dt>Since</dt>
        <dd>{sinceStart(origin.since - startedAt)} after the lab’s start</dd>
        {origin.ejectedUntil !== undefined && (
          <>
            <dt>Ejected</dt>
            <dd>back in {longDuration(Math.max(0, origin.ejectedUntil - now))}</dd>
          </>
        )}
        <dt>Process</dt>
        <dd>
          {process ? processWords(process) : 'run by someone else: it is checked and sent requests, nothing more'}
        </dd>
      </dl>
      <CopyCurl url={isSpawned(definition) ? `http://${origin.address}/` : definition.url} />
    </FormSection>
  );
}

function processWords({ status, pid, detail }: ProcessState): string {
  const id = pid === undefined ? '' : `, process ${pid}`;
  switch (status) {
    case 'starting':
      return `starting${id}`;
    case 'running':
      return `running${id}`;
    case 'frozen':
      return `frozen (SIGSTOP)${id}`;
    case 'exited':
      return `ended: ${detail ?? 'for no known reason'}`;
    case 'failed':
      return `could not start: ${detail ?? 'for no known reason'}`;
  }
}

/** Straight to the origin, past the balancer: the difference is worth seeing. */
function CopyCurl({ url }: { readonly url: string }) {
  const { ui } = useApp();
  const text = `curl ${url}`;
  return (
    <Button size="small" className={styles.copy} aria-label={`Copy ${text}`} onClick={() => void copyCommand(ui, text)}>
      <code>{text}</code>
      <CopyIcon />
    </Button>
  );
}
