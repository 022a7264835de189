import { useStore } from 'zustand';
import { useApp, useLab } from '../../app/context.ts';
import { duration, unbroken } from '../../app/format.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './compare.module.css';
import { CompareForm } from './compare-form.tsx';
import { compareStore } from './compare-store.ts';
import { verdictOf } from './compare-verdict.ts';
import type { Comparison } from './comparison.ts';
import { KneeChart } from './knee-chart.tsx';
import { RankingTable } from './ranking-table.tsx';
import { CrowdChart, LatencyStrip, ShareBars } from './small-multiples.tsx';

/** "What if": the same arrivals through several strategies, in virtual time, with the balancer of the running lab. */
export default function CompareView() {
  const { ui } = useApp();
  const lab = useLab((state) => state.lab);
  const { comparison, problem } = useStore(compareStore);
  return (
    <div className={styles.view}>
      <header className={styles.head}>
        <div>
          <h2 className={styles.title}>Compare</h2>
          <p className={styles.quiet}>
            {lab.name}, simulated: the same arrivals go through each strategy or policy, in virtual time. The lab itself
            goes on.
          </p>
        </div>
        <Button onClick={() => ui.setState({ view: 'lab' })}>Back to the lab</Button>
      </header>
      <CompareForm lab={lab} />
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {comparison ? <Results comparison={comparison} /> : <Empty />}
    </div>
  );
}

function Empty() {
  return (
    <p className={styles.empty}>
      Nothing has been compared yet. Pick what to compare and press Compare: minutes of traffic take seconds.
    </p>
  );
}

function Results({ comparison }: { readonly comparison: Comparison }) {
  const { plan, results, series, knee, theory } = comparison;
  const titles = plan.contestants.map(({ title }) => title);
  const [answer, ...more] = verdictOf({ results, titles, replications: plan.replications, knee });
  const most = Math.max(1, ...series.flatMap(({ inSystem }) => inSystem));
  const slowest = Math.max(...results.map(({ latency_ms }) => latency_ms.p99 ?? 0), 1);
  const fastest = Math.min(...results.map(({ latency_ms }) => latency_ms.p50 ?? slowest), slowest);
  return (
    <>
      <section className={styles.verdict} aria-label="Verdict">
        <p data-testid="compare-verdict">
          <strong>{unbroken(answer ?? '')}</strong> {unbroken(more.join(' '))}
        </p>
        <p className={styles.quiet}>
          {plan.name} · {duration(plan.duration)} a run · seed {plan.seed}
        </p>
      </section>
      <RankingTable results={results} titles={titles} />
      <div className={styles.multiples}>
        {results.map((each, index) => (
          <Panel key={titles[index]} title={titles[index] ?? ''}>
            <div className={styles.pictures}>
              <CrowdChart series={series[index]} most={most} title={titles[index] ?? ''} />
              <LatencyStrip result={each} from={fastest} to={slowest} />
              <ShareBars result={each} />
            </div>
          </Panel>
        ))}
      </div>
      {knee && <KneeChart knee={knee} theory={theory} titles={titles} />}
    </>
  );
}
