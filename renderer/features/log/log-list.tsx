// biome-ignore-all lint/a11y/useSemanticElements: rows placed one by one cannot be a table's
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, its rows are active descendants
// biome-ignore-all lint/a11y/useKeyWithClickEvents: Enter in the grid does the same for its active row
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  memo,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react';
import { count, milliseconds, preciseTime, UNKNOWN } from '../../app/format.ts';
import type { AttemptRow } from '../../telemetry/attempt-ring.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { rem } from '../../ui/use-size.ts';
import { OriginCell, StatusCell } from '../requests/request-cells.tsx';
import { arrivedAt, decisionWords, failureWords, wholeTime } from '../requests/request-words.ts';
import styles from './log-list.module.css';
import type { LogView } from './log-view.ts';
import type { Hold } from './use-log-view.ts';

const COLUMNS = [
  ['#', styles.number],
  ['Time', styles.time],
  ['Request', ''],
  ['Client', styles.client],
  ['Origin', ''],
  ['Status', ''],
  ['Total ms', styles.number],
  ['Queued', classes(styles.number, styles.queued)],
  ['Tries', classes(styles.number, styles.tries)],
  ['Decision', styles.decision],
] as const;

interface LogListProps {
  readonly ref: Ref<HTMLDivElement>;
  readonly view: LogView;
  readonly hold: Hold;
  readonly onHold: (hold: Hold) => void;
  readonly onResume: () => void;
  readonly selected: number | undefined;
  readonly onSelect: (index: number, open: boolean) => void;
}

/** The rows, oldest first. Only those in view exist; at the end it stays at the end. */
export function LogList({ ref, view, hold, onHold, onResume, selected, onSelect }: LogListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  useImperativeHandle(ref, () => scroller.current as HTMLDivElement);
  const { rows, height } = useRows(view, scroller);
  const following = hold === 'following';
  useLayoutEffect(() => {
    const element = scroller.current;
    if (following && element) element.scrollTop = element.scrollHeight;
  });
  const onScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop } = element;
    const atEnd = element.scrollHeight - scrollTop - element.clientHeight < height;
    if (following && !atEnd && scrollTop < lastTop.current) onHold('away');
    else if (hold === 'away' && atEnd) onResume();
    lastTop.current = scrollTop;
  };
  const moveTo = (position: number): void => {
    const index = view.indexAt(Math.min(view.count - 1, Math.max(0, position)));
    if (index === undefined) return;
    onSelect(index, false);
    rows.scrollToIndex(view.positionOf(index));
  };
  const position = selected === undefined ? -1 : view.positionOf(selected);
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2);
    const target = targetOf(event.key, position, view.count - 1, page);
    if (target !== undefined) moveTo(target);
    else if (event.key === 'Enter' && selected !== undefined) onSelect(selected, true);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="grid"
        aria-label="Requests, oldest first"
        aria-rowcount={view.count + 1}
        aria-colcount={COLUMNS.length}
        aria-activedescendant={position < 0 ? undefined : `log-row-${selected}`}
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <Head />
        <div role="presentation" className={styles.rows} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index: place, key, start }) => {
            const row = view.row(place);
            return (
              row && (
                <Row
                  key={key}
                  row={row}
                  place={place}
                  top={start - height}
                  selected={row.index === selected}
                  onSelect={onSelect}
                />
              )
            );
          })}
        </div>
        {view.count === 0 && (
          <p className={styles.empty}>No request matches. Newer ones that do appear by themselves.</p>
        )}
      </div>
      {!following && view.fresh > 0 && (
        <Button className={styles.fresh} tone="primary" onClick={onResume}>
          +{count(view.fresh)} new
        </Button>
      )}
    </div>
  );
}

/** All rows are of one height (px), and only those near the part in view exist. */
function useRows(view: LogView, scroller: RefObject<HTMLDivElement | null>) {
  const height = 2 * rem();
  const rows = useVirtualizer({
    count: view.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (position) => view.indexAt(position) ?? -1 - position,
    overscan: 6,
    // The head sticks over the first row's place.
    scrollPaddingStart: height,
    scrollMargin: height,
  });
  useEffect(() => {
    if (height > 0) rows.measure();
  }, [height, rows]);
  return { rows, height };
}

/** Where a key leads from a row; undefined for a key that leads nowhere. @param position -1: no row is selected @param page rows */
function targetOf(key: string, position: number, last: number, page: number): number | undefined {
  const from = position < 0 ? last + 1 : position;
  const moves: Readonly<Record<string, number>> = {
    ArrowUp: from - 1,
    ArrowDown: position < 0 ? last : from + 1,
    PageUp: from - page,
    PageDown: from + page,
    Home: 0,
    End: last,
  };
  return moves[key];
}

function Head() {
  return (
    <div role="row" aria-rowindex={1} className={classes(styles.row, styles.head)}>
      {COLUMNS.map(([title, className]) => (
        <span key={title} role="columnheader" className={className}>
          {title}
        </span>
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: AttemptRow;
  readonly place: number;
  readonly top: number;
  readonly selected: boolean;
  readonly onSelect: (index: number, open: boolean) => void;
}

const Row = memo(
  ({ row, place, top, selected, onSelect }: RowProps) => {
    const failure = failureWords(row);
    return (
      <div
        role="row"
        id={`log-row-${row.index}`}
        aria-rowindex={place + 2}
        aria-selected={selected}
        className={styles.row}
        style={{ transform: `translateY(${top}px)` }}
        onClick={() => onSelect(row.index, true)}
      >
        <Cell className={styles.number}>{row.request}</Cell>
        <Cell className={styles.time}>{preciseTime(arrivedAt(row))}</Cell>
        <Cell>
          <span className={styles.method}>{row.method}</span> {row.path}
        </Cell>
        <Cell className={styles.client}>{row.client}</Cell>
        <Cell>
          <OriginCell origin={row.origin} />
        </Cell>
        <Cell>
          <StatusCell row={row} />
        </Cell>
        <Cell className={styles.number}>{milliseconds(wholeTime(row))}</Cell>
        <Cell className={classes(styles.number, styles.queued)}>
          {row.queued < 0 ? UNKNOWN : milliseconds(row.queued)}
        </Cell>
        <Cell className={classes(styles.number, styles.tries, row.attempt > 1 && styles.more)}>{row.attempt}</Cell>
        <Cell className={styles.decision}>
          {decisionWords(row)}
          {failure !== '' && <span className={styles.failure}> · {failure}</span>}
        </Cell>
      </div>
    );
  },
  (before, after) =>
    before.row.index === after.row.index &&
    before.place === after.place &&
    before.top === after.top &&
    before.selected === after.selected,
);

function Cell({
  className,
  children,
}: {
  readonly className?: string | undefined;
  readonly children: React.ReactNode;
}) {
  return (
    <span role="gridcell" className={className}>
      {children}
    </span>
  );
}
