import { type CSSProperties, useEffect } from 'react';
import { useStore } from 'zustand';
import { COMPARED_TIMES, TOLERANCE } from '../../../src/simulation/agreement.ts';
import { useApp, useTelemetry, useView } from '../../app/context.ts';
import { counted, duration, latency, percent } from '../../app/format.ts';
import { classes } from '../../ui/classes.ts';
import { Popover } from '../../ui/popover.tsx';
import { numberCell, Table } from '../../ui/table.tsx';
import styles from './agreement-badge.module.css';
import { type AgreementResult, type AgreementState, agreementStore, watchAgreement } from './agreement-store.ts';

/** Whether the live lab behaves as its simulation says: a word on the stage, the figures behind it. */
export function AgreementBadge() {
  const { client } = useApp();
  const state = useStore(agreementStore);
  const live = useView(({ connection, lab }) => connection === 'open' && lab?.clock === 'live');
  useEffect(() => (live ? watchAgreement(client) : undefined), [client, live]);
  if (!live) return null;
  return (
    <Popover
      label="Live against simulation"
      trigger={
        <button type="button" className={classes(styles.badge, styles[toneOf(state)])} data-testid="agreement">
          <span className={styles.mark} aria-hidden="true" />
          {wordsFor(state)}
        </button>
      }
    >
      <div className={styles.panel}>
        <h3 className={styles.title}>Live against simulation</h3>
        <Explanation state={state} />
      </div>
    </Popover>
  );
}

function toneOf(state: AgreementState): 'agrees' | 'differs' | 'open' {
  if (state.phase !== 'compared') return 'open';
  return state.result.agrees ? 'agrees' : 'differs';
}

function wordsFor(state: AgreementState): string {
  if (state.phase === 'measuring') return 'Comparing with SIM …';
  if (state.phase === 'none') return 'Not compared with SIM';
  return state.result.agrees ? 'Agrees with SIM' : 'Differs from SIM';
}

function Explanation({ state }: { readonly state: AgreementState }) {
  const { now } = useTelemetry();
  if (state.phase === 'compared') return <Result result={state.result} />;
  if (state.phase === 'none') return <p className={styles.text}>{state.why}</p>;
  const left = Math.ceil((state.ready - now) / 1000);
  return (
    <p className={styles.text}>
      The lab is measured for a while after each change, then set beside simulations of the same lab
      {left > 0 ? `: in about ${left}\u00a0s` : ', which run now'}.
    </p>
  );
}

function Result({ result }: { readonly result: AgreementResult }) {
  const { rows, agrees, measured, requests, runs } = result;
  const timed = rows.some(({ unit }) => unit === 'ms');
  return (
    <>
      <p className={styles.text}>
        {counted(requests, 'real request')} in {duration(measured)}, beside the same lab simulated {runs} times.{' '}
        {agrees
          ? `No figure differs by more than chance and a tolerance (${TOLERANCE.share * 100} points of a share, ${TOLERANCE.time * 100}\u00a0% of a time, ${TOLERANCE.tail}\u00a0ms more of p95 and p99) explain.`
          : 'What is marked differs by more than chance and a tolerance explain. A real machine adds time of its own: its network, its other work, requests from elsewhere.'}
      </p>
      <div className={styles.rows} style={{ '--rows': rows.length } as CSSProperties}>
        <Table
          label="Live and simulated figures"
          columns={[
            { title: 'Figure' },
            { title: 'Live', number: true },
            { title: 'Simulated', number: true },
            { title: 'Difference', number: true },
            { title: 'Chance', number: true },
            { title: '' },
          ]}
        >
          {rows.map(({ figure, unit, live, simulated, difference, noise, verdict }) => {
            const words = (value: number): string =>
              unit === 'share' ? percent(value) : latency(value).join('\u00a0');
            return (
              <tr key={figure} className={verdict === 'differs' ? styles.off : undefined}>
                <td>{titleOf(figure)}</td>
                <td className={numberCell}>{words(live)}</td>
                <td className={numberCell}>{words(simulated)}</td>
                <td className={numberCell}>
                  {difference < 0 ? '−' : '+'}
                  {words(Math.abs(difference))}
                </td>
                <td className={numberCell}>±&nbsp;{words(noise)}</td>
                <td>{VERDICTS[verdict]}</td>
              </tr>
            );
          })}
        </Table>
      </div>
      {!timed && (
        <p className={styles.text}>Times are left out: at this rate the page is told of one request in several.</p>
      )}
    </>
  );
}

const VERDICTS = { noise: 'within chance', close: 'close', differs: 'differs' } as const;

function titleOf(figure: string): string {
  if (figure === 'mean') return 'Mean time';
  if ((COMPARED_TIMES as readonly string[]).includes(figure)) return figure;
  return figure.charAt(0).toUpperCase() + figure.slice(1);
}
