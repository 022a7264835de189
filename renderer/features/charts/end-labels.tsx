import styles from './charts.module.css';
import { type Plot, plotY, spread } from './plot.ts';

export interface EndLabel {
  readonly key: string;
  /** CSS pixels from the top at which its line or band ends. */
  readonly y: number;
  readonly colour: string;
  readonly name: string;
  readonly value: string;
  readonly hidden?: boolean;
}

const HEIGHT = 14;

/** Names and values at the right end of what they name: no legend to look up, no colour to compare. */
export function EndLabels({ plot, labels }: { readonly plot: Plot; readonly labels: readonly EndLabel[] }) {
  const shown = labels.filter(({ hidden }) => !hidden);
  const ys = spread(
    shown.map(({ y }) => y),
    HEIGHT * plot.scale,
    plotY(plot, 0),
  );
  return (
    <div className={styles.ends} aria-hidden="true" style={{ width: plot.margin.right - 6 }}>
      {shown.map(({ key, colour, name, value }, index) => (
        <span key={key} className={styles.end} style={{ top: ys[index] }}>
          <i style={{ background: colour }} />
          <b>{name}</b>
          <span>{value}</span>
        </span>
      ))}
    </div>
  );
}
