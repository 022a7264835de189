import type { LabResult, StrategyResult } from '../simulation/result.ts';
import { textTable } from './text-table.ts';

/** A simulation's result for people. @param wall s that it took */
export function resultText({ lab, seed, simulated_s, results, interrupted }: LabResult, wall: number): string {
  const parts = [
    `${lab}: ${number(simulated_s)} s of virtual time in ${wall.toFixed(1)} s, seed ${seed}`,
    textTable([
      ['', 'requests', 'failed', 'rejected', 'retried', 'mean ms', '± 95 %', 'p50', 'p90', 'p95', 'p99', 'max'],
      ...results.map(strategyRow),
    ]),
    textTable([['share', ...(results[0]?.origins ?? []).map(({ name }) => name)], ...results.map(shareRow)]),
    ...theoryLines(results),
    ...results.flatMap(({ strategy, unstable }) => (unstable ? [`Unstable with ${strategy}: ${unstable}`] : [])),
    ...(interrupted ? ['Stopped early: these are the figures so far.'] : []),
  ];
  return parts.join('\n\n');
}

const KINDS = { exact: '', limit: ' for very many origins', bound: ' at the least' } as const;

function theoryLines(results: readonly StrategyResult[]): string[] {
  const lines = results.flatMap(({ strategy, theory }) =>
    theory ? [[strategy, `${time(theory.mean_ms)} ms${KINDS[theory.kind]} (${theory.model})`]] : [],
  );
  return lines.length > 0
    ? [`Theory says of the mean:\n${lines.map(([name, says]) => `  ${name}: ${says}`).join('\n')}`]
    : [];
}

function strategyRow({ strategy, offered, failed, rejected, retried, latency_ms: latency }: StrategyResult): string[] {
  const { mean, mean_ci95: interval } = latency;
  return [
    strategy,
    String(offered),
    String(failed),
    String(rejected),
    String(retried),
    time(mean),
    interval && mean !== null ? time((interval[1] - interval[0]) / 2) : '–',
    time(latency.p50),
    time(latency.p90),
    time(latency.p95),
    time(latency.p99),
    time(latency.max),
  ];
}

function shareRow({ strategy, origins }: StrategyResult): string[] {
  return [strategy, ...origins.map(({ share }) => `${(share * 100).toFixed(1)} %`)];
}

function time(ms: number | null): string {
  if (ms === null) return '–';
  return ms < 10 ? ms.toFixed(2) : ms < 1000 ? ms.toFixed(1) : ms.toFixed(0);
}

function number(value: number): string {
  return String(Number(value.toFixed(1)));
}
