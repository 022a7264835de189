import { describe, expect, it } from 'vitest';
import { agreement, type ComparedFigures } from '../../../src/simulation/agreement.ts';

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

  it('leaves out what could not be measured, and counts an origin that one side never used as nothing', () => {
    expect(row(figures(0.5, 100), 'p99')).toBeUndefined();
    const other: ComparedFigures = { ...figures(0.5, 100), shares: new Map([['C', 1]]) };
    expect(row(other, 'share of A')).toMatchObject({ live: 0, simulated: 0.5, verdict: 'differs' });
    expect(row(other, 'share of C')).toMatchObject({ live: 1, simulated: 0, verdict: 'differs' });
  });
});
