import { describe, expect, it } from 'vitest';
import {
  axisWords,
  latencyDomain,
  latencyRows,
  logPosition,
  logTicks,
} from '../../../renderer/features/charts/latency-data.ts';
import { markersOf } from '../../../renderer/features/charts/markers.ts';
import { spread } from '../../../renderer/features/charts/plot.ts';
import { bandsOf, expectedBoundaries, shareRows, windowShares } from '../../../renderer/features/charts/share-data.ts';
import { SecondSeries } from '../../../renderer/telemetry/second-series.ts';
import type { TimelineEntry } from '../../../src/protocol/state.ts';
import { frameOf } from './frames.ts';

function seriesOf(rows: Parameters<typeof frameOf>[0]['seconds']): SecondSeries {
  const series = new SecondSeries(330);
  series.push(frameOf({ seconds: rows ?? [] }));
  return series;
}

describe('shares', () => {
  it('adds up to 100 in every second with requests and is a gap in every other', () => {
    const series = seriesOf([
      { second: 100, origin: 'A', started: 3 },
      { second: 100, origin: 'B', started: 1 },
    ]);
    const rows = shareRows(series, bandsOf(['A', 'B']), 101);
    expect(rows).toHaveLength(60);
    expect(rows.at(-2)).toEqual({ second: 100, band0: 75, band1: 25 });
    expect(rows.at(-1)).toEqual({ second: 101, band0: null, band1: null });
    expect(windowShares(series, bandsOf(['A', 'B']), 101)).toEqual([0.75, 0.25]);
    expect(windowShares(series, bandsOf(['A', 'B']), 99)).toBeUndefined();
  });

  it('puts more origins than can be told apart into one band', () => {
    const names = Array.from({ length: 24 }, (_, index) => `O${index}`);
    const bands = bandsOf(names);
    expect(bands).toHaveLength(8);
    expect(bands.at(-1)).toMatchObject({ title: '+17' });
    expect(bands.flatMap(({ origins }) => origins)).toEqual(names);
    expect(bandsOf(names.slice(0, 8))).toHaveLength(8);
  });

  it('draws expectations where bands should meet', () => {
    const quarter = new Map(['A', 'B', 'C', 'D'].map((name) => [name, 0.25]));
    expect(expectedBoundaries(bandsOf([...quarter.keys()]), quarter)).toEqual([25, 50, 75]);
    const withoutB = new Map([
      ['A', 0.5],
      ['C', 0.5],
    ]);
    expect(expectedBoundaries(bandsOf(['A', 'B', 'C']), withoutB)).toEqual([50]);
  });
});

describe('latency', () => {
  it('is a gap in a second in which nothing ended', () => {
    const series = seriesOf([{ second: 100, origin: '', started: 2, ended: 2, failed: 1, p50: 40, p95: 90, p99: 95 }]);
    const rows = latencyRows(series, 101);
    expect(rows.at(-2)).toEqual({ second: 100, p50: 40, p95: 90, p99: 95, ended: 2, failed: 1 });
    expect(rows.at(-1)).toMatchObject({ p50: null, ended: 0 });
  });

  const row = (p50: number, p99: number) => ({ second: 1, p50, p95: p99, p99, ended: 1, failed: 0 });

  it('has round bounds of a decade at least, that grow at once and shrink late', () => {
    const first = latencyDomain([row(42, 180)], undefined);
    expect(first).toEqual({ low: 20, high: 500 });
    expect(latencyDomain([row(50, 60)], undefined)).toEqual({ low: 20, high: 200 });
    const grown = latencyDomain([row(42, 2500)], first);
    expect(grown).toEqual({ low: 20, high: 5000 });
    expect(latencyDomain([row(42, 1500)], grown)).toBe(grown);
    expect(latencyDomain([row(42, 180)], grown)).toEqual({ low: 20, high: 500 });
    expect(latencyDomain([], grown)).toBe(grown);
  });

  it('ticks few round values inside the bounds', () => {
    expect(logTicks({ low: 20, high: 500 })).toEqual([20, 50, 100, 200, 500]);
    expect(logTicks({ low: 10, high: 10_000 })).toEqual([10, 100, 1000, 10_000]);
    expect([50, 1000, 1500].map(axisWords)).toEqual(['50', '1k', '1.5k']);
    expect(logPosition(100, { low: 10, high: 1000 })).toBeCloseTo(0.5);
    expect(logPosition(1, { low: 10, high: 1000 })).toBe(0);
  });
});

describe('markers', () => {
  const entry = (id: number, second: number, kind: TimelineEntry['kind'], text: string): TimelineEntry => ({
    id,
    at: second * 1000,
    kind,
    text,
    origin: 'B',
  });

  it('names what was done within the last minute', () => {
    const markers = markersOf(
      [
        entry(1, 10, 'fault', 'B killed (SIGKILL)'),
        entry(2, 100, 'strategy', 'Strategy: Random'),
        entry(3, 110, 'noticed', 'B is down: 3 of 3 checks failed'),
        entry(4, 112, 'ejected', 'B is ejected for 9.9 s: 5 failures in a row'),
        entry(5, 118, 'fault', 'B killed (SIGKILL)'),
      ],
      120,
    );
    expect(markers.map(({ id }) => id)).toEqual([2, 4, 5]);
    expect(markers.map(({ label, row }) => (row === undefined ? '' : label))).toEqual(['Random', '', 'B killed']);
    expect(markers.at(-1)).toMatchObject({ before: true, row: 0 });
  });

  it('writes labels that would touch on lines of their own', () => {
    const markers = markersOf(
      [1, 2, 3, 4].map((id) => entry(id, 80 + id, 'fault', 'B is 10× as slow')),
      120,
    );
    expect(markers.map(({ row }) => row)).toEqual([undefined, 2, 1, 0]);
  });
});

describe('spread', () => {
  it('moves labels apart, keeps their order and the lower limit', () => {
    expect(spread([10, 12, 50], 14, 100)).toEqual([10, 24, 50]);
    expect(spread([95, 98, 20], 14, 100)).toEqual([86, 100, 20]);
  });
});
