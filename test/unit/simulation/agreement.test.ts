import { describe, expect, it } from 'vitest';
import { agreement, type ComparedFigures, distanceToTwin } from '../../../src/simulation/agreement.ts';

function figures(share: number, mean: number, failed = 0): ComparedFigures {
  return {
    shares: new Map([
      ['A', share],
      ['B', 1 - share],
    ]),
    failed,
    latency: { mean, p50: mean, p90: mean, p95: mean, p99: undefined },
  };
}

describe('agreement', () => {
  const runs = [figures(0.5, 90), figures(0.5, 100), figures(0.5, 110)];
  const row = (live: ComparedFigures, figure: string) =>
    agreement(live, runs).find((candidate) => candidate.figure === figure);

  it('says how far one more run is from the mean by chance', () => {
    // Seven figures, so each at 1 − 0.05/7: t(2) = 11.769 (√2·A/√(1−A²)), s = 10, √(1 + 1/3) = 1.1547
    expect(row(figures(0.5, 104), 'mean')).toMatchObject({
      live: 104,
      simulated: 100,
      difference: 4,
      verdict: 'noise',
    });
    expect(row(figures(0.5, 104), 'mean')?.noise).toBeCloseTo(135.89, 2);
    expect(row(figures(0.5, 235), 'mean')?.verdict).toBe('noise');
    // Ten more are allowed.
    expect(row(figures(0.5, 236), 'mean')?.verdict).toBe('close');
    expect(row(figures(0.5, 245), 'mean')?.verdict).toBe('close');
    expect(row(figures(0.5, 246), 'mean')?.verdict).toBe('differs');
    expect(row(figures(0.5, -46), 'mean')?.verdict).toBe('differs');
  });

  it('calls close what chance does not explain and nobody minds', () => {
    expect(row(figures(0.5, 100), 'share of A')?.verdict).toBe('noise');
    expect(row(figures(0.51, 100), 'share of A')?.verdict).toBe('close');
    expect(row(figures(0.53, 100), 'share of A')?.verdict).toBe('differs');
    expect(row(figures(0.5, 100, 0.01), 'failed')?.verdict).toBe('close');
    expect(row(figures(0.5, 100, 0.5), 'failed')?.verdict).toBe('differs');
    const even = [figures(0.5, 100), figures(0.5, 100)];
    const [verdicts] = [agreement(figures(0.5, 109), even), agreement(figures(0.5, 111), even)].map((rows) =>
      rows.map(({ verdict }) => verdict),
    );
    expect(verdicts).toContain('close');
    expect(agreement(figures(0.5, 111), even).find(({ figure }) => figure === 'mean')?.verdict).toBe('differs');
  });

  it('allows the slowest a few milliseconds more: on a real machine some in a hundred wait', () => {
    const even = [figures(0.5, 20), figures(0.5, 20)];
    const verdictOf = (time: number, figure: string) =>
      agreement(figures(0.5, time), even).find((candidate) => candidate.figure === figure)?.verdict;
    expect([verdictOf(26.9, 'p95'), verdictOf(21.9, 'p90'), verdictOf(21.9, 'mean')]).toEqual(
      new Array(3).fill('close'),
    );
    expect([verdictOf(27.1, 'p95'), verdictOf(22.1, 'p90'), verdictOf(22.1, 'mean')]).toEqual(
      new Array(3).fill('differs'),
    );
  });

  it('accepts what chance does not explain where the run with the same arrivals is as near as the tolerance', () => {
    const even = [figures(0.5, 100), figures(0.5, 100)];
    const rowOf = (figure: string, twin?: ComparedFigures) =>
      agreement(figures(0.6, 150), even, twin).find((candidate) => candidate.figure === figure);
    expect(rowOf('mean')).toMatchObject({ simulated: 100, difference: 50, verdict: 'differs' });
    expect(rowOf('mean')).not.toHaveProperty('twin');
    // Ten per cent are allowed of what is expected, two points of a share.
    expect(rowOf('mean', figures(0.6, 137))).toMatchObject({ simulated: 100, twin: 137, verdict: 'close' });
    expect(rowOf('mean', figures(0.6, 136))?.verdict).toBe('differs');
    expect(rowOf('share of A', figures(0.585, 100))).toMatchObject({ twin: 0.585, verdict: 'close' });
    expect(rowOf('share of A', figures(0.575, 100))?.verdict).toBe('differs');
    // Far from it is no verdict: one timer that is late may part them for good.
    expect(agreement(figures(0.5, 104), runs, figures(0.9, 300)).every(({ verdict }) => verdict === 'noise')).toBe(
      true,
    );
  });

  it('says how far the two with the same arrivals are apart', () => {
    const rows = agreement(figures(0.5, 104), runs, figures(0.52, 100, 0.01));
    expect(distanceToTwin(rows)).toEqual({ shares: expect.closeTo(0.02), mean: expect.closeTo(0.04) });
    expect(distanceToTwin(agreement(figures(0.5, 104), runs))).toEqual({ shares: 0, mean: undefined });
  });

  it('leaves out what could not be measured, and counts an origin that one side never used as nothing', () => {
    expect(row(figures(0.5, 100), 'p99')).toBeUndefined();
    const other: ComparedFigures = { ...figures(0.5, 100), shares: new Map([['C', 1]]) };
    expect(row(other, 'share of A')).toMatchObject({ live: 0, simulated: 0.5, verdict: 'differs' });
    expect(row(other, 'share of C')).toMatchObject({ live: 1, simulated: 0, verdict: 'differs' });
  });
});
