import { OriginName } from '../origins/origin-name.tsx';
import styles from './charts.module.css';
import { type Plot, spread } from './plot.ts';

interface EndLabel {
  readonly key: string;
  /** How high its line or band is: 0 bottom, 1 top. */
  readonly at: number;
  readonly colour: string;
  readonly name: string;
  readonly value: string;
}

const LINE = 14;

/** How many labels there is room for. */
export function labelsThatFit({ height, scale }: Plot): number {
  return Math.floor(height / (LINE * scale)) + 1;
}

/** Names and values at the right end of what they name: no legend to look up, no colour to compare. */
export function EndLabels({ plot, labels }: { readonly plot: Plot; readonly labels: readonly EndLabel[] }) {
  const ys = spread(
    labels.map(({ at }) => plot.top + (1 - at) * plot.height),
    LINE * plot.scale,
    plot.top + plot.height,
  );
  return (
    <div className={styles.ends} aria-hidden="true" style={{ width: plot.right - 6 * plot.scale }}>
      {labels.map(({ key, colour, name, value }, index) => (
        <span key={key} className={styles.end} style={{ top: ys[index] }}>
          <i style={{ background: colour }} />
          <b>
            <OriginName name={name} />
          </b>
          <span>{value}</span>
        </span>
      ))}
    </div>
  );
}
