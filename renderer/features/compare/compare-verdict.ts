import type { StrategyResult } from '../../../src/simulation/result.ts';
import { count, milliseconds, percent } from '../../app/format.ts';
import { strategyTitle } from '../../app/strategies.ts';
import { overlap, ranking } from './comparison.ts';

/** What a comparison says, in at most three sentences; the first is the answer. */
export function verdictOf(results: readonly StrategyResult[], replications: number): string[] {
  const ranks = ranking(results);
  const [best] = ranks;
  const worst = ranks.at(-1);
  if (!best || !worst || best.result.latency_ms.mean === null) return ['No request was answered with any of them.'];
  const said = [answer(best.result, worst.result, replications)];
  const unstable = ranks.find(({ result }) => result.unstable !== undefined);
  if (unstable?.result.unstable !== undefined && (best.result.unstable === undefined || said.length === 0)) {
    said.push(`With ${name(unstable.result)} the lab is unstable: ${unstable.result.unstable}`);
  }
  const lossy = ranks.toSorted((a, b) => lost(b.result) - lost(a.result))[0];
  const careful = ranks.toSorted((a, b) => lost(a.result) - lost(b.result))[0];
  if (lossy && careful && lost(lossy.result) - lost(careful.result) > 0.005) {
    said.push(
      `${title(lossy.result)} loses ${percent(lost(lossy.result))} of the requests, ${name(careful.result)} ${percent(lost(careful.result))}.`,
    );
  }
  return said;
}

function answer(best: StrategyResult, worst: StrategyResult, replications: number): string {
  if (best.unstable !== undefined) {
    return `None of them can carry this load: ${best.unstable}`;
  }
  const fast = `${milliseconds(best.latency_ms.mean ?? 0)} ms`;
  if (worst.unstable !== undefined) {
    return `${title(best)} is best and carries the load: its answers take ${fast} on average.`;
  }
  if (best === worst || overlap(best, worst)) {
    const runs = replications === 1 ? 'one run' : `${count(replications)} runs`;
    return `No difference that ${runs} of this length can tell: ${fast} on average.`;
  }
  const slow = `${milliseconds(worst.latency_ms.mean ?? 0)} ms`;
  return `${title(best)} is best: its answers take ${fast} on average, those of ${name(worst)} ${slow} (${times(best, worst)}).${tail(best, worst)}`;
}

/** The slow ones are what users complain about: said when the means hide it. */
function tail(best: StrategyResult, worst: StrategyResult): string {
  const [a, b] = [best.latency_ms.p99, worst.latency_ms.p99];
  if (a === null || b === null || a <= 0) return '';
  const ratio = b / a;
  if (ratio >= 1.5) return ` Its slowest hundredth takes ${milliseconds(a)} ms instead of ${milliseconds(b)} ms.`;
  if (ratio < 0.9)
    return ` But its slowest hundredth takes ${milliseconds(a)} ms, with ${name(worst)} ${milliseconds(b)} ms.`;
  return '';
}

function times(best: StrategyResult, worst: StrategyResult): string {
  const ratio = (worst.latency_ms.mean ?? 0) / (best.latency_ms.mean ?? 1);
  return ratio < 2 ? `${count((ratio - 1) * 100)} % more` : `${ratio.toFixed(1)} times as long`;
}

function lost({ offered, failed, rejected }: StrategyResult): number {
  return offered === 0 ? 0 : (failed + rejected) / offered;
}

function title({ strategy }: StrategyResult): string {
  return strategyTitle(strategy);
}

/** In the middle of a sentence. */
function name(result: StrategyResult): string {
  const whole = title(result);
  return /^[A-Z]{2}/.test(whole) ? whole : whole.charAt(0).toLowerCase() + whole.slice(1);
}
