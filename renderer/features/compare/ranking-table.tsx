import type { StrategyResult } from '../../../src/simulation/result.ts';
import { milliseconds, percent } from '../../app/format.ts';
import { strategyTitle } from '../../app/strategies.ts';
import { numberCell, Table } from '../../ui/table.tsx';
import styles from './compare.module.css';
import { ranking } from './comparison.ts';

/** Best first; the interval says how sure the mean is. */
export function RankingTable({ results }: { readonly results: readonly StrategyResult[] }) {
  return (
    <div className={styles.ranking}>
      <Table
        label="Strategies by mean answer time"
        columns={[
          { title: 'Strategy' },
          { title: 'Mean ms', number: true },
          { title: '95 % sure', number: true },
          { title: 'p50', number: true },
          { title: 'p95', number: true },
          { title: 'p99', number: true },
          { title: 'Lost', number: true },
          { title: 'Most at one origin', number: true },
        ]}
      >
        {ranking(results).map(({ result, level }, place) => {
          const { latency_ms: times, offered, failed, rejected, origins } = result;
          const interval = times.mean_ci95;
          return (
            <tr key={result.strategy}>
              <td>
                <b>{place + 1}.</b> {strategyTitle(result.strategy)}
                {level && <span className={styles.quiet}> · too close to call</span>}
                {result.unstable !== undefined && <span className={styles.unstable}> · unstable</span>}
              </td>
              <td className={numberCell}>{milliseconds(times.mean ?? undefined)}</td>
              <td className={numberCell}>
                {interval ? `${milliseconds(interval[0])} – ${milliseconds(interval[1])}` : '–'}
              </td>
              {[times.p50, times.p95, times.p99].map((time, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: three columns, always the same
                <td key={index} className={numberCell}>
                  {milliseconds(time ?? undefined)}
                </td>
              ))}
              <td className={numberCell}>{percent(offered === 0 ? undefined : (failed + rejected) / offered)}</td>
              <td className={numberCell}>{percent(Math.max(...origins.map(({ share }) => share)))}</td>
            </tr>
          );
        })}
      </Table>
    </div>
  );
}
