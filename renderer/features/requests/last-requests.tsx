import { memo } from 'react';
import { useApp, useLab, useTelemetry, useUi } from '../../app/context.ts';
import { count, milliseconds, timeOfDay } from '../../app/format.ts';
import { changeLog } from '../../app/ui-store.ts';
import type { AttemptRow } from '../../telemetry/attempt-ring.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Panel } from '../../ui/panel.tsx';
import { numberCell, Table } from '../../ui/table.tsx';
import styles from './last-requests.module.css';
import { OriginCell, StatusCell } from './request-cells.tsx';
import { noteOf, wholeTime } from './request-words.ts';

/** At the rates at which somebody looks for one of their own, each is in the list at more than one of its beats. */
const SHOWN = 24;
const COLUMNS = [
  { title: 'Time', className: styles.spare },
  { title: 'Origin', className: styles.origin },
  { title: 'Status' },
  { title: 'ms', number: true },
  { title: 'Request', className: styles.request },
];

/** The newest requests, newest first: proof that the picture is of something real. */
export function LastRequests() {
  const telemetry = useTelemetry();
  const { ui } = useApp();
  const logOpen = useUi(({ log }) => log.open);
  const paused = useLab((lab) => lab.traffic.paused);
  const live = useLab((lab) => lab.clock === 'live');
  const rows = telemetry.attempts.newestRequests(SHOWN);
  const { sampling } = telemetry;
  return (
    <Panel
      title="Last requests"
      note={sampling > 1 ? `1 in ${count(sampling)} is shown, failed ones all` : 'newest first'}
      actions={
        !logOpen && (
          <Button size="small" tone="quiet" onClick={() => changeLog(ui, { open: true, focus: 'list' })}>
            Open log <kbd>L</kbd>
          </Button>
        )
      }
    >
      {rows.length === 0 ? (
        <p className={styles.empty}>
          {paused ? `Paused. Press Run${live ? ', or send one of your own' : ''}.` : 'Waiting for the first request…'}
        </p>
      ) : (
        <Table label="Last requests" columns={COLUMNS}>
          {rows.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows stay where they are and change what they say, which is cheaper than new ones
            <Row key={place} row={row} />
          ))}
        </Table>
      )}
    </Panel>
  );
}

const Row = memo(
  function Row({ row }: { readonly row: AttemptRow }) {
    const note = noteOf(row);
    return (
      <tr>
        <td className={classes(styles.time, styles.spare)}>{timeOfDay(row.at + row.total)}</td>
        <td className={styles.origin}>
          <OriginCell origin={row.origin} />
        </td>
        <td>
          <StatusCell row={row} />
        </td>
        <td className={numberCell}>{milliseconds(wholeTime(row))}</td>
        <td className={styles.request} title={`${row.method} ${row.path} from ${row.client}${note && `: ${note}`}`}>
          {row.method} {row.path}
          {note && <span className={styles.note}> {note}</span>}
        </td>
      </tr>
    );
  },
  (before, after) => before.row.index === after.row.index && before.row.at === after.row.at,
);
