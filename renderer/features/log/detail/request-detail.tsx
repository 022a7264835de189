import { useEffect, useState } from 'react';
import type { RequestDetail as Detail } from '../../../../src/protocol/request-detail.ts';
import { copyCommand } from '../../../app/clipboard.ts';
import { useApp, useLab, useView } from '../../../app/context.ts';
import { bytes, preciseTime, unbroken } from '../../../app/format.ts';
import { strategyTitle } from '../../../app/strategies.ts';
import type { AttemptRow } from '../../../telemetry/attempt-ring.ts';
import { Button } from '../../../ui/button.tsx';
import { CloseIcon, CopyIcon } from '../../../ui/icons.tsx';
import { arrivedAt, outcomeWords } from '../../requests/request-words.ts';
import { curlOf } from './curl.ts';
import { DecisionTable } from './decision-table.tsx';
import styles from './request-detail.module.css';
import { Waterfall } from './waterfall.tsx';

interface RequestDetailProps {
  readonly attempts: readonly AttemptRow[];
  readonly onClose: () => void;
}

/** One request closely: what became of it, where its time went, what the balancer compared. */
export function RequestDetail({ attempts, onClose }: RequestDetailProps) {
  const last = attempts.at(-1);
  if (!last) return null;
  return (
    <section className={styles.detail} aria-label={`Request ${last.request}`} data-testid="request-detail">
      <header className={styles.head}>
        <h3 className={styles.title} title={`${last.method} ${last.path}`}>
          <span className={styles.number}>#{last.request}</span> {last.method} {last.path}
        </h3>
        <CopyCurl row={last} />
        <Button tone="quiet" icon size="small" aria-label="Close the request" onClick={onClose}>
          <CloseIcon />
        </Button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable from the keyboard */}
      <div className={styles.body} tabIndex={0}>
        <p className={styles.outcome} role="status">
          {unbroken(outcomeWords(attempts))}
        </p>
        <Waterfall attempts={attempts} />
        <dl className={styles.facts}>
          <Fact name="Client" value={last.client} />
          <Fact name="Arrived" value={preciseTime(arrivedAt(last))} />
          <Fact name="Strategy" value={strategyTitle(last.strategy)} />
          <Fact name="Body sent, received" value={`${bytes(last.sent)}, ${bytes(last.received)}`} />
        </dl>
        <Decisions key={last.request} request={last.request} refused={last.reason === 'none'} />
      </div>
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const MISSING = {
  overwritten: 'What was compared is no longer kept: the lab keeps it for the newest 8,192 requests it explains.',
  sampled: 'What was compared was not kept: with this many requests a second, only some are explained.',
};

interface DecisionsProps {
  readonly request: number;
  /** Whether it got to no origin. */
  readonly refused: boolean;
}

function Decisions({ request, refused }: DecisionsProps) {
  const { client } = useApp();
  const open = useView((view) => view.connection === 'open');
  const [detail, setDetail] = useState<Detail>();
  useEffect(() => {
    if (!open) return;
    let current = true;
    void client.request('request-detail', { request }).then((answer) => {
      if (current && answer) setDetail(answer);
    });
    return () => {
      current = false;
    };
  }, [client, open, request]);
  if (!detail)
    return open ? null : <p className={styles.missing}>The lab is not connected, so it cannot be asked why.</p>;
  if (detail.missing && refused) return <p className={styles.missing}>Nothing was compared.</p>;
  if (detail.missing) return <p className={styles.missing}>{MISSING[detail.missing]}</p>;
  return detail.decisions.map((decision) => (
    <DecisionTable
      key={decision.attempt}
      decision={decision}
      several={detail.decisions.length > 1 || decision.attempt > 1}
    />
  ));
}

function CopyCurl({ row }: { readonly row: AttemptRow }) {
  const { ui } = useApp();
  const base = useLab((lab) => lab.proxy.url);
  const trusted = useLab((lab) => lab.lab.trustForwarded === 'loopback');
  return (
    <Button size="small" onClick={() => void copyCommand(ui, curlOf(row, { base, trusted }))}>
      <CopyIcon /> Copy as curl
    </Button>
  );
}
