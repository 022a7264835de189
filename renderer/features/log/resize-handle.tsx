import type { KeyboardEvent, PointerEvent } from 'react';
import { useApp, useUi } from '../../app/context.ts';
import { changeLog, LOG_SHARES } from '../../app/ui-store.ts';
import styles from './log-drawer.module.css';

const STEP = 0.05;
const KEYS: Readonly<Record<string, (share: number) => number>> = {
  ArrowUp: (share) => share + STEP,
  ArrowDown: (share) => share - STEP,
  Home: () => LOG_SHARES.least,
  End: () => LOG_SHARES.most,
};

/** The drawer's upper edge: dragged, or moved with the arrow keys. */
export function ResizeHandle() {
  const { ui } = useApp();
  const share = useUi(({ log }) => log.share);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = KEYS[event.key];
    if (!next) return;
    event.preventDefault();
    changeLog(ui, { share: next(share) });
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    changeLog(ui, { share: 1 - event.clientY / window.innerHeight });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves is this role; hr cannot be moved
    <div
      className={styles.handle}
      role="separator"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label="Height of the request log"
      aria-valuemin={LOG_SHARES.least * 100}
      aria-valuemax={LOG_SHARES.most * 100}
      aria-valuenow={Math.round(share * 100)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}
