import { memo } from 'react';
import { useTelemetry } from '../../app/context.ts';
import { dotRatio } from './dot-screen.ts';
import type { Density } from './layout.ts';
import styles from './legend.module.css';
import { ratioWords } from './thinning.ts';

/** Each mark as the stage draws it, in a box of 12 by 12. */
const MOVING = [
  { word: 'request', mark: <circle cx="6" cy="6" r="3.5" className={styles.arriving} /> },
  {
    word: 'colour: its origin',
    mark: [0, 1, 2].map((colour) => (
      <circle key={colour} cx={2 + 4 * colour} cy="6" r="2.5" fill={`var(--id-${colour})`} />
    )),
  },
  { word: 'answer', mark: <circle cx="6" cy="6" r="3" className={styles.answer} /> },
  { word: 'retry', mark: <path d="M6 1.5 10.5 6 6 10.5 1.5 6Z" className={styles.retry} /> },
  { word: 'failed', mark: <path d="M2 2 10 10M10 2 2 10" className={styles.failed} /> },
];
const SLOTS = [
  { word: 'being served', mark: <rect x="1" y="1" width="10" height="10" rx="3" className={styles.request} /> },
  { word: 'waiting', mark: <rect x="1.75" y="1.75" width="8.5" height="8.5" rx="2.5" className={styles.waiting} /> },
];

interface LegendProps {
  readonly still: boolean;
  readonly density: Density;
}

const SHADE = {
  word: 'the more in flight, the stronger',
  mark: <rect width="12" height="12" rx="3" className={styles.shade} />,
};
/** Tiles are shaded by what is in flight there, lines have no slots. */
const marksOf = ({ still, density }: LegendProps) => {
  const moving = still ? [] : MOVING;
  if (density === 'row') return moving;
  return density === 'tile' ? [...moving, SHADE] : [...moving, ...SLOTS];
};

/** What the marks on the stage mean, and how many requests one stands for. */
export const Legend = memo(function Legend({ still, density }: LegendProps) {
  useTelemetry();
  return (
    <div className={styles.legend}>
      <p className={styles.ratio}>{still ? 'The thicker an edge, the more requests' : ratioWords(dotRatio())}</p>
      <ul className={styles.marks} aria-label="Marks on the stage">
        {marksOf({ still, density }).map(({ word, mark }) => (
          <li key={word} className={styles.mark}>
            <svg viewBox="0 0 12 12" aria-hidden="true">
              {mark}
            </svg>
            {word}
          </li>
        ))}
      </ul>
    </div>
  );
});
