import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useApp, useUi } from '../../app/context.ts';
import { count } from '../../app/format.ts';
import { changeLog } from '../../app/ui-store.ts';
import type { AttemptRow } from '../../telemetry/attempt-ring.ts';
import { LOG_ROWS } from '../../telemetry/telemetry.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { CloseIcon, PauseIcon, RunIcon } from '../../ui/icons.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { RequestDetail } from './detail/request-detail.tsx';
import { ExportMenu } from './export/export-menu.tsx';
import { FilterBox } from './filter-box.tsx';
import styles from './log-drawer.module.css';
import { LogList } from './log-list.tsx';
import { ResizeHandle } from './resize-handle.tsx';
import { useLogView } from './use-log-view.ts';

/** The request log: every request that reached the page, to filter, to look into, to take away. */
export function LogDrawer() {
  const { ui } = useApp();
  const share = useUi(({ log }) => log.share);
  const { view, hold, setHold, problem, sampling } = useLogView();
  const [selected, setSelected] = useState<number>();
  const [shown, setShown] = useState<readonly AttemptRow[]>();
  const title = useId();
  const list = useRef<HTMLDivElement>(null);
  const close = (): void => changeLog(ui, { open: false, focus: undefined });
  useFocusRequests(list);
  useReturnFocus();

  /** What somebody looks at must not move away under them. */
  const select = (index: number, open: boolean): void => {
    view.hold();
    setHold('paused');
    setSelected(index);
    if (open) setShown(view.attemptsOf(index));
  };
  const closeDetail = (): void => {
    setShown(undefined);
    list.current?.focus();
  };
  const resume = (): void => {
    setHold('following');
    setSelected(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    if (shown) closeDetail();
    else close();
  };

  return (
    <section
      className={styles.drawer}
      aria-labelledby={title}
      style={{ height: `${share * 100}%` }}
      onKeyDown={onKeyDown}
      data-testid="request-log"
    >
      <ResizeHandle />
      <header className={styles.head}>
        <h2 id={title} className={styles.title}>
          Request log
        </h2>
        <Tooltip text={`The newest ${count(LOG_ROWS)} attempts are kept on this page.`}>
          <span className={styles.note}>
            <b>{count(view.count)}</b> shown
            {sampling > 1 && <span className={styles.sampling}>1 in {count(sampling)} kept; failures always</span>}
          </span>
        </Tooltip>
        <FilterBox problem={problem} onDone={() => list.current?.focus()} />
        <div className={styles.actions}>
          <Button aria-pressed={hold === 'paused'} onClick={hold === 'following' ? () => setHold('paused') : resume}>
            {hold === 'following' ? <PauseIcon /> : <RunIcon />}
            <span className={styles.follow}>{hold === 'following' ? 'Pause log' : 'Follow'}</span>
          </Button>
          <ExportMenu view={view} />
          <Button tone="quiet" icon aria-label="Close the request log" onClick={close}>
            <CloseIcon />
          </Button>
        </div>
      </header>
      <div className={classes(styles.body, shown && styles.split)}>
        <LogList
          ref={list}
          view={view}
          hold={hold}
          onHold={setHold}
          onResume={resume}
          selected={selected}
          onSelect={(index, open) => select(index, open || shown !== undefined)}
        />
        {shown && <RequestDetail attempts={shown} onClose={closeDetail} />}
      </div>
    </section>
  );
}

/** The key that opened the log wants the focus in it; the filter takes care of its own. */
function useFocusRequests(list: React.RefObject<HTMLDivElement | null>): void {
  const { ui } = useApp();
  const focus = useUi(({ log }) => log.focus);
  useEffect(() => {
    if (focus !== 'list') return;
    list.current?.focus();
    changeLog(ui, { focus: undefined });
  }, [focus, list, ui]);
}

/** Closed, the log gives the focus back to where it came from. */
function useReturnFocus(): void {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement && before !== document.body) before.focus();
    };
  }, []);
}
