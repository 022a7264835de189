import { WINDOWS, type WindowName } from './buckets.ts';
import { chooseWindow, useChartWindow } from './chart-view.ts';
import styles from './charts.module.css';

const NAMES = Object.keys(WINDOWS) as WindowName[];

/** How far back all charts look. */
export function WindowChoice() {
  const { name } = useChartWindow();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups fields of a form
    <div className={styles.windows} role="group" aria-label="Charts look back">
      {NAMES.map((each) => (
        <button
          key={each}
          type="button"
          className={styles.window}
          aria-pressed={each === name}
          onClick={() => chooseWindow(each)}
        >
          {each}
        </button>
      ))}
    </div>
  );
}
