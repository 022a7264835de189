import type { StrategyResult } from '../../../src/simulation/result.ts';
import { milliseconds, percent } from '../../app/format.ts';
import { numberCell, Table } from '../../ui/table.tsx';
import styles from './compare.module.css';
import { largestShare, lost, ranking } from './comparison.ts';

interface RankingTableProps {
  readonly results: readonly StrategyResult[];
  /** What each is called, in the results' order. */
  readonly titles: readonly string[];
}

/** Best first; the interval says how sure the mean is. */
export function RankingTable({ results, titles }: RankingTableProps) {
  return (
    <div className={styles.ranking}>
      <Table
        label="Ranking, best first"
        columns={[
          { title: 'Best first' },
          { title: 'Mean ms', number: true },
          { title: '95 % sure', number: true },
          { title: 'p50', number: true },
          { title: 'p95', number: true },
          { title: 'p99', number: true },
          { title: 'Lost', number: true },
          { title: 'Most at one origin', number: true },
        ]}
      >
        {ranking(results).map(({ index, result, level, class: its }, place) => {
          const { latency_ms: times } = result;
          const interval = times.mean_ci95;
          return (
            <tr key={titles[index]}>
              <td>
                <b>{place + 1}.</b> {titles[index]}
                {level && <span className={styles.quiet}> · too close to call</span>}
                {its === 'lossy' && <span className={styles.unstable}> · loses more</span>}
                {its === 'unstable' && <span className={styles.unstable}> · unstable</span>}
              </td>
              <td className={numberCell}>{milliseconds(times.mean ?? undefined)}</td>
              <td className={numberCell}>
                {interval ? `${milliseconds(interval[0])} – ${milliseconds(interval[1])}` : '–'}
              </td>
              {[times.p50, times.p95, times.p99].map((time, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: three columns, always the same
                <td key={column} className={numberCell}>
                  {milliseconds(time ?? undefined)}
                </td>
              ))}
              <td className={numberCell}>{percent(lost(result))}</td>
              <td className={numberCell}>{percent(largestShare(result))}</td>
            </tr>
          );
        })}
      </Table>
    </div>
  );
}
