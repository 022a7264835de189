import type { CandidateDetail, DecisionDetail } from '../../../../src/protocol/request-detail.ts';
import { figure, percent, UNKNOWN } from '../../../app/format.ts';
import { strategyTitle } from '../../../app/strategies.ts';
import { classes } from '../../../ui/classes.ts';
import { CheckIcon } from '../../../ui/icons.tsx';
import { OriginCell } from '../../requests/request-cells.tsx';
import styles from './request-detail.module.css';
import { whyWords } from './why.ts';

/** One decision: the origins as the balancer saw them then, and why this one. */
export function DecisionTable({ decision, several }: { readonly decision: DecisionDetail; readonly several: boolean }) {
  const { attempt, chosen, candidates, others } = decision;
  const labels = [...new Set(candidates.flatMap(({ figures }) => figures.map(({ label }) => label)))];
  const title = `Why ${chosen === '' ? 'none' : chosen}${several ? `, attempt ${attempt}` : ''}`;
  return (
    <section className={styles.decision} aria-label={title}>
      <h4 className={styles.heading}>{title}</h4>
      <p className={styles.why}>{whyWords(decision)}</p>
      <table className={styles.candidates}>
        <thead>
          <tr>
            <th scope="col">Origin</th>
            {labels.map((label) => (
              <th key={label} scope="col" className={styles.number}>
                {label}
              </th>
            ))}
            <th scope="col">State then</th>
          </tr>
        </thead>
        <tbody>
          {candidates.map((candidate) => (
            <tr
              key={candidate.origin}
              className={classes(candidate.origin === chosen && styles.chosen, !candidate.available && styles.out)}
            >
              <th scope="row">
                <OriginCell origin={candidate.origin} />
              </th>
              {labels.map((label) => (
                <td key={label} className={styles.number}>
                  {figureOf(candidate, label)}
                </td>
              ))}
              <td>
                {candidate.origin === chosen ? (
                  <>
                    <CheckIcon /> chosen
                  </>
                ) : (
                  stateOf(candidate)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {others && others.length > 0 && (
        <p className={styles.others}>
          Others would have chosen:{' '}
          {others.map(({ strategy, origin }) => `${strategyTitle(strategy)} ${origin || UNKNOWN}`).join(' · ')}
        </p>
      )}
    </section>
  );
}

function figureOf({ figures }: CandidateDetail, label: string): string {
  const value = figures.find((each) => each.label === label)?.value;
  return label === 'chance' ? percent(value) : figure(value);
}

function stateOf({ available, status, tried, figures }: CandidateDetail): string {
  if (tried) return 'tried before';
  if (!available) return status.replace('-', ' ');
  return figures.length > 0 ? 'available' : 'available, not in question';
}
