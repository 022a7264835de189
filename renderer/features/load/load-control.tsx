import { Suspense } from 'react';
import { useApp, useLab } from '../../app/context.ts';
import { later } from '../../app/later.ts';
import { MinusIcon, PlusIcon } from '../../ui/icons.tsx';
import { Popover } from '../../ui/popover.tsx';
import { changeTraffic } from './change-traffic.ts';
import { loadWords, stepTraffic } from './load.ts';
import styles from './load-control.module.css';

const LoadForm = later(async () => (await import('./load-form.tsx')).LoadForm);

/** How much is asked of the lab: a step more or less at once, all about it in a popover. */
export function LoadControl() {
  const traffic = useLab((lab) => lab.lab.traffic);
  const { client } = useApp();
  const step = (direction: 1 | -1): void => changeTraffic(client, (now) => stepTraffic(now, direction));
  const words = loadWords(traffic);
  return (
    <fieldset className={styles.control} aria-label="Load">
      <button type="button" className={styles.step} aria-label="Less load" onClick={() => step(-1)}>
        <MinusIcon />
      </button>
      <Popover
        label="Load"
        trigger={
          <button
            type="button"
            className={styles.value}
            aria-label={['Load', words.value, words.unit, words.detail].filter(Boolean).join(' ')}
          >
            <span className={styles.label}>Load</span>{' '}
            <strong>
              {words.value} {words.unit}
            </strong>{' '}
            {words.detail && <span className={styles.detail}>{words.detail}</span>}
          </button>
        }
      >
        <div className={styles.form}>
          <Suspense fallback={null}>
            <LoadForm />
          </Suspense>
        </div>
      </Popover>
      <button type="button" className={styles.step} aria-label="More load" onClick={() => step(1)}>
        <PlusIcon />
      </button>
    </fieldset>
  );
}
