import type { CSSProperties } from 'react';
import type { StrategyResult } from '../../../src/simulation/result.ts';
import { count, duration, milliseconds, percent } from '../../app/format.ts';
import { useIdentities } from '../../app/use-identities.ts';
import styles from './compare.module.css';
import type { CrowdSeries } from './comparison.ts';

const WIDTH = 300;
const HEIGHT = 72;
/** Points drawn; a longer run shows the most of each stretch, so that no peak is lost. */
const POINTS = 150;

interface CrowdChartProps {
  readonly series: CrowdSeries | undefined;
  /** The top of the axis, the same for all strategies. */
  readonly most: number;
  readonly title: string;
}

/** Requests in the system over time, queues and all. */
export function CrowdChart({ series, most, title }: CrowdChartProps) {
  const points = thin(series?.inSystem ?? []);
  const x = (index: number): number => (points.length < 2 ? 0 : (index / (points.length - 1)) * WIDTH);
  const y = (value: number): number => HEIGHT - (value / most) * (HEIGHT - 2);
  const line = points.map((value, index) => `${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join('L');
  const peak = Math.max(0, ...points);
  return (
    <figure className={styles.figure}>
      <figcaption>
        In the system <span className={styles.quiet}>up to {count(peak)} at once</span>
      </figcaption>
      <svg
        className={styles.crowd}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: requests in the system over time, at most ${count(peak)}`}
      >
        {line !== '' && (
          <>
            <path className={styles.area} d={`M0 ${HEIGHT}L${line}L${WIDTH} ${HEIGHT}Z`} />
            <path className={styles.line} d={`M${line}`} />
          </>
        )}
      </svg>
      <div className={styles.axis}>
        <span>0 s</span>
        <span>{series ? duration(series.step * series.inSystem.length) : ''}</span>
      </div>
    </figure>
  );
}

function thin(values: readonly number[]): number[] {
  const width = Math.max(1, Math.ceil(values.length / POINTS));
  const points: number[] = [];
  for (let from = 0; from < values.length; from += width) points.push(Math.max(...values.slice(from, from + width)));
  return points;
}

interface LatencyStripProps {
  readonly result: StrategyResult;
  /** ms; the ends of the axis, the same for all strategies. */
  readonly from: number;
  readonly to: number;
}

/** Half of the answers, nineteen of twenty, ninety-nine of a hundred: on one logarithmic axis. */
export function LatencyStrip({ result, from, to }: LatencyStripProps) {
  const { p50, p90, p95, p99 } = result.latency_ms;
  const low = Math.log(from / 1.3);
  const span = Math.max(1e-9, Math.log(to * 1.05) - low);
  const at = (time: number): number => ((Math.log(time) - low) / span) * 100;
  const marks = Object.entries({ p50, p90, p95, p99 }).filter((mark): mark is [string, number] => (mark[1] ?? 0) > 0);
  const [first] = marks;
  const last = marks.at(-1);
  return (
    <figure className={styles.figure}>
      <figcaption>
        Answer time <span className={styles.quiet}>ms, log scale</span>
      </figcaption>
      <div
        className={styles.strip}
        role="img"
        aria-label={marks.map(([name, time]) => `${name} ${milliseconds(time)} ms`).join(', ') || 'no answers'}
      >
        {first && last && (
          <i
            className={styles.range}
            style={{ '--from': `${at(first[1])}%`, '--to': `${at(last[1])}%` } as CSSProperties}
          />
        )}
        {marks.map(([name, time]) => (
          <i key={name} className={styles.tick} style={{ '--at': `${at(time)}%` } as CSSProperties} />
        ))}
      </div>
      <dl className={styles.times}>
        {marks.map(([name, time]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{milliseconds(time)}</dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}

/** Who got how much of the requests, in the colours that the origins have in the lab. */
export function ShareBars({ result }: { readonly result: StrategyResult }) {
  const identities = useIdentities();
  return (
    <figure className={styles.figure}>
      <figcaption>Share per origin</figcaption>
      <div
        className={styles.shares}
        role="img"
        aria-label={result.origins.map(({ name, share }) => `${name} ${percent(share)}`).join(', ')}
      >
        {result.origins.map(({ name, share }) => (
          <i
            key={name}
            title={`${name} ${percent(share)}`}
            style={
              {
                '--share': share,
                '--identity': `var(--id-${identities.get(name)?.colour ?? 0})`,
              } as CSSProperties
            }
          >
            {share >= 0.13 && (
              <span>
                {name} {count(share * 100)} %
              </span>
            )}
          </i>
        ))}
      </div>
    </figure>
  );
}
