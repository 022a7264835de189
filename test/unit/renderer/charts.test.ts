import { describe, expect, it } from 'vitest';
import {
  nearestPoint,
  placesOf,
  pointsOf,
  shareOfSpan,
  spanOf,
  WINDOWS,
} from '../../../renderer/features/charts/buckets.ts';
import {
  axisWords,
  latencyDomain,
  latencyRows,
  logPosition,
  logTicks,
  newestRow,
} from '../../../renderer/features/charts/latency-data.ts';
import { markersOf } from '../../../renderer/features/charts/markers.ts';
import { plotIn, spread } from '../../../renderer/features/charts/plot.ts';
import {
  bandsOf,
  endedBand,
  expectedBoundaries,
  heightsOf,
  leftIn,
  namedBands,
  shareRows,
  spanShares,
} from '../../../renderer/features/charts/share-data.ts';
import { bandEdges } from '../../../renderer/features/charts/share-plot.tsx';
import { SecondSeries } from '../../../renderer/telemetry/second-series.ts';
import type { TimelineEntry } from '../../../src/protocol/state.ts';
import { frameOf } from './frames.ts';

const minuteTo = (second: number) => spanOf(WINDOWS['1 min'], second);

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
    const bands = bandsOf(['A', 'B']);
    const rows = shareRows(series, bands, minuteTo(101));
    expect(rows).toHaveLength(60);
    expect(rows.at(-2)).toEqual({ second: 100, all: 4, band0: 75, band1: 25 });
    expect(rows.at(-1)).toEqual({ second: 101, all: 0, band0: null, band1: null });
    expect(spanShares(series, bands, minuteTo(101))).toEqual([0.75, 0.25]);
    expect(spanShares(series, bands, minuteTo(99))).toBeUndefined();
  });

  it('counts the seconds of a longer point exactly', () => {
    const series = seriesOf([
      { second: 300, origin: 'A', started: 1 },
      { second: 301, origin: 'A', started: 2 },
      { second: 302, origin: 'B', started: 9 },
      { second: 303, origin: 'B', started: 100 },
    ]);
    const row = shareRows(series, bandsOf(['A', 'B']), spanOf(WINDOWS['5 min'], 304)).at(-1);
    expect(row).toEqual({ second: 300, all: 12, band0: 25, band1: 75 });
  });

  it('puts more origins than can be told apart into one band', () => {
    const names = Array.from({ length: 24 }, (_, index) => `O${index}`);
    const bands = bandsOf(names);
    expect(bands).toHaveLength(8);
    expect(bands.at(-1)).toMatchObject({ title: '+17' });
    expect(bands.flatMap(({ origins }) => origins)).toEqual(names);
    expect(bandsOf(names.slice(0, 8))).toHaveLength(8);
  });

  it('of a time in which there was another origin are of all that there were then', () => {
    const names = ['A', 'C'];
    const series = seriesOf([
      { second: 100, origin: 'A', started: 1 },
      { second: 100, origin: 'B', started: 1 },
      { second: 100, origin: 'C', started: 2 },
      { second: 101, origin: 'A', started: 1 },
      { second: 101, origin: 'C', started: 1 },
    ]);
    const left = leftIn(series, names, minuteTo(101));
    const bands = bandsOf(names, left);
    expect(bands.map(({ title }) => title)).toEqual(['A', 'C', 'removed']);
    expect(shareRows(series, bands, minuteTo(101)).slice(-2)).toEqual([
      { second: 100, all: 4, band0: 25, band1: 50, left: 25 },
      { second: 101, all: 2, band0: 50, band1: 50, left: 0 },
    ]);
    expect(leftIn(series, names, spanOf(WINDOWS['10 s'], 120))).toEqual([]);
    expect(bandsOf(Array.from('ABCDEFGH'), left).map(({ key }) => key)).toHaveLength(8);
  });

  it('are named as long as there is room, the highest first', () => {
    const bands = bandsOf(['A', 'B', 'C', 'D']);
    const row = { second: 1, all: 100, band0: 20, band1: 20, band2: 59.8, band3: 0.2 };
    expect([...namedBands(bands, row, 9)].sort()).toEqual(['band0', 'band1', 'band2']);
    expect([...namedBands(bands, row, 2)].sort()).toEqual(['band0', 'band2']);
    expect(namedBands(bands, undefined, 9).size).toBe(0);
  });

  it('keep their names while few requests come, whoever got the last one', () => {
    const bands = bandsOf(['A', 'B']);
    const share = ({ title }: (typeof bands)[number]): number => (title === 'A' ? 0.6 : 0.4);
    const heights = heightsOf(bands, share, () => false);
    expect(heights).toMatchObject({ band0: 60, band1: 40 });
    expect([...namedBands(bands, heights, 9)]).toEqual(['band0', 'band1']);
  });

  it('lose their name with their band, once their origin gets nothing any more', () => {
    const bands = bandsOf(['A', 'B', 'C']);
    const [, b] = bands;
    const last = { second: 1, all: 20, band0: 50, band1: 0, band2: 50 };
    const ended = (row: typeof last, available: string) =>
      heightsOf(
        bands,
        ({ title }) => (title === 'B' ? 0.2 : 0.4),
        (band) => endedBand(band, row, new Set(available)),
      );
    expect(ended(last, 'AC')).toMatchObject({ band0: 50, band1: 0, band2: 50 });
    expect(namedBands(bands, ended(last, 'AC'), 9).has(b?.key ?? '')).toBe(false);
    // By chance nobody came to it in that second; or it is out, and still in the picture.
    expect(ended(last, 'ABC')).toMatchObject({ band1: 20 });
    expect(ended({ ...last, band1: 10 }, 'AC')).toMatchObject({ band1: 20 });
  });

  it('are drawn on one another, from the floor to the ceiling, with a gap where there were no requests', () => {
    const span = { from: 9, to: 13, step: 1 };
    const rows = [
      { second: 9, all: 4, band0: 50, band1: 50 },
      { second: 10, all: 4, band0: 75, band1: 25 },
      { second: 11, all: 0, band0: null, band1: null },
      { second: 12, all: 2, band0: 0, band1: 100 },
      { second: 13, all: 2, band0: 0, band1: 100 },
    ];
    const x = [0, 50, 100, 150, 200];
    expect(bandEdges(rows, bandsOf(['A', 'B']), span, { width: 200, height: 80 })).toEqual([
      [40, 20, null, 80, 80].map((y, index) => ({ x: x[index], y })),
      [0, 0, null, 0, 0].map((y, index) => ({ x: x[index], y })),
    ]);
  });

  it('of a single second are drawn over half a second to both sides: a band of no width would not be seen', () => {
    const rows = [10, 11, 12, 13, 14].map((second) => ({ second, all: second % 2 === 0 ? 1 : 0 }));
    const places = placesOf(rows, { from: 10, to: 14, step: 1 }, ({ all }) => all > 0);
    expect(places.map(({ row, at }) => [row.second, at])).toEqual([
      [10, 0],
      [10, 0.125],
      [11, 0.25],
      [12, 0.375],
      [12, 0.625],
      [13, 0.75],
      [14, 0.875],
      [14, 1],
    ]);
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
    const rows = latencyRows(series, minuteTo(101));
    expect(rows.at(-2)).toEqual({ second: 100, p50: 40, p95: 90, p99: 95, ended: 2, failed: 1 });
    expect(rows.at(-1)).toMatchObject({ p50: null, ended: 0 });
  });

  it('names the newest figures for as long as they are of now', () => {
    const series = seriesOf([{ second: 100, origin: '', started: 1, ended: 1, p50: 40, p95: 40, p99: 40 }]);
    const newest = (second: number) => newestRow(latencyRows(series, minuteTo(second)), minuteTo(second))?.second;
    expect([newest(100), newest(109), newest(110)]).toEqual([100, 100, undefined]);
  });

  it('says times below the scale as they are, and draws them on its floor', () => {
    const series = seriesOf([
      { second: 100, origin: '', started: 2, ended: 2, p50: 0.03125, p95: 0.0625, p99: 0.0625 },
    ]);
    const rows = latencyRows(series, minuteTo(100));
    expect(rows.at(-1)).toMatchObject({ p50: 0.03125, p95: 0.0625 });
    const domain = latencyDomain(rows, undefined);
    expect(domain.low).toBe(0.05);
    expect(logPosition(0.03125, domain)).toBe(0);
  });

  it('takes the worst second of a longer point, and counts exactly', () => {
    const series = seriesOf([
      { second: 300, origin: '', ended: 5, failed: 1, p50: 10, p95: 20, p99: 30 },
      { second: 301, origin: '', ended: 7, failed: 2, p50: 40, p95: 45, p99: 50 },
    ]);
    const row = latencyRows(series, spanOf(WINDOWS['5 min'], 302)).at(-1);
    expect(row).toEqual({ second: 300, p50: 40, p95: 45, p99: 50, ended: 12, failed: 3 });
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
    label: text.replace(/^Strategy: | \(SIGKILL\)$/g, ''),
    origin: 'B',
  });

  const room = { width: 600, rows: 3, measure: (label: string) => label.length * 7 };

  it('names what was done within the span', () => {
    const markers = markersOf(
      [
        entry(1, 10, 'fault', 'B killed (SIGKILL)'),
        entry(2, 100, 'strategy', 'Strategy: Random'),
        entry(3, 110, 'noticed', 'B is down: 3 of 3 checks failed'),
        entry(4, 112, 'ejected', 'B is ejected for 9.9 s: 5 failures in a row'),
        entry(5, 118, 'fault', 'B killed (SIGKILL)'),
      ],
      minuteTo(120),
      room,
    );
    expect(markers.map(({ id }) => id)).toEqual([2, 4, 5]);
    expect(markers.map(({ label, place }) => place && label)).toEqual(['Random', undefined, 'B killed']);
    // To the left of its line, where there is no room to the right of it.
    const last = markers.at(-1);
    expect((last?.place?.left ?? 0) + room.measure('B killed')).toBeLessThan(last?.x ?? 0);
  });

  it('never lets two labels touch nor one leave the plot, whatever the width', () => {
    const faults = Array.from({ length: 25 }, (_, id) =>
      entry(id, 62 + ((id * 37) % 59), 'fault', `B ${'x'.repeat(id)}`),
    );
    for (const width of [60, 150, 300, 900]) {
      const placed = markersOf(faults, minuteTo(120), { ...room, width }).flatMap(({ label, place }) =>
        place ? [{ ...place, right: place.left + room.measure(label) }] : [],
      );
      expect(placed.length).toBeGreaterThan(0);
      for (const one of placed) {
        expect(one.left).toBeGreaterThanOrEqual(0);
        expect(one.right).toBeLessThanOrEqual(width);
        for (const two of placed) {
          if (one === two || one.row !== two.row) continue;
          expect(one.right <= two.left || two.right <= one.left).toBe(true);
        }
      }
    }
  });

  it('writes the newest where labels would touch', () => {
    const markers = markersOf(
      [1, 2, 3, 4].map((id) => entry(id, 80 + id, 'fault', 'B is 10× as slow')),
      minuteTo(120),
      room,
    );
    expect(markers.map(({ place }) => place?.row)).toEqual([undefined, 2, 1, 0]);
  });
});

describe('the points of a chart', () => {
  it('are at most 120, the last of them over, and stand for the same seconds for ever', () => {
    for (const window of Object.values(WINDOWS)) {
      for (let second = 1000; second < 1010; second++) {
        const points = pointsOf(spanOf(window, second));
        expect(points.length).toBeLessThanOrEqual(120);
        expect(points).toHaveLength(window.seconds / window.step);
        expect((points.at(-1) ?? 0) + window.step - 1).toBeLessThanOrEqual(second);
        expect(points.every((point) => point % window.step === 0)).toBe(true);
      }
    }
  });

  it('are found from a place on the axis and back', () => {
    const span = minuteTo(120);
    expect(shareOfSpan(61, span)).toBe(0);
    expect(shareOfSpan(120, span)).toBe(1);
    expect(nearestPoint(shareOfSpan(90, span), span)).toBe(90);
    expect(nearestPoint(-3, span)).toBe(61);
    expect(nearestPoint(7, span)).toBe(120);
  });

  it('have room between the axis and the names at their ends, never less than none', () => {
    expect(plotIn({ width: 500, height: 250 }, 1, 1)).toMatchObject({ left: 36, top: 6, width: 374, height: 224 });
    expect(plotIn({ width: 50, height: 10 }, 2, 1)).toMatchObject({ width: 0, height: 0 });
  });

  it('leaves long names more room, but never more than a third', () => {
    const rightOf = (width: number, longest: number) => plotIn({ width, height: 250 }, 1, longest).right;
    expect([rightOf(500, 4), rightOf(500, 8), rightOf(500, 40)]).toEqual([90, 118, 150]);
    expect([rightOf(360, 40), rightOf(200, 40)]).toEqual([120, 90]);
  });
});

describe('spread', () => {
  it('moves labels apart, keeps their order and the lower limit', () => {
    expect(spread([10, 12, 50], 14, 100)).toEqual([10, 24, 50]);
    expect(spread([95, 98, 20], 14, 100)).toEqual([86, 100, 20]);
  });
});
