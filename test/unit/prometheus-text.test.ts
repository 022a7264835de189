import { describe, expect, it } from 'vitest';
import { parsePrometheus, sampleOf } from '../support/prometheus-text.ts';

const GOOD =
  '# HELP a_total One\\nline.\n# TYPE a_total counter\na_total{x="a\\"b\\\\c\\nd",y=""} 1\na_total 2e3\n' +
  '# HELP d_seconds How long.\n# TYPE d_seconds histogram\n' +
  'd_seconds_bucket{le="0.1"} 1\nd_seconds_bucket{le="+Inf"} 3\nd_seconds_sum 2.5\nd_seconds_count 3\n';

describe('the strict reader of metrics', () => {
  it('reads what is right', () => {
    const families = parsePrometheus(GOOD);
    expect([...families.keys()]).toEqual(['a_total', 'd_seconds']);
    expect(sampleOf(families, 'a_total', { y: '', x: 'a"b\\c\nd' })).toBe(1);
    expect(sampleOf(families, 'a_total')).toBe(2000);
    expect(sampleOf(families, 'd_seconds_bucket', { le: '+Inf' })).toBe(3);
  });

  it.each([
    ['no end', GOOD.slice(0, -1)],
    ['an empty line', GOOD.replace('# HELP d', '\n# HELP d')],
    ['a sample twice', GOOD.replace('a_total 2e3', 'a_total 2e3\na_total 3')],
    ['a family twice', GOOD + GOOD],
    ['a sample of another family', GOOD.replace('a_total 2e3', 'b_total 2e3')],
    ['no type', GOOD.replace('# TYPE a_total counter\n', '')],
    ['no help', GOOD.replace('# HELP a_total One\\nline.\n', '')],
    ['a label without quotes', GOOD.replace('y=""', 'y=1')],
    ['a label twice', GOOD.replace('y=""', 'x=""')],
    ['a comma too many', GOOD.replace('y=""', 'y="",')],
    ['an unknown escape', GOOD.replace('\\"b', '\\tb')],
    ['no number', GOOD.replace('2e3', 'two')],
    ['a counter below 0', GOOD.replace('2e3', '-1')],
    ['a counter without _total', GOOD.replaceAll('a_total', 'a')],
    ['a gauge with _total', GOOD.replace('counter', 'gauge')],
    ['not a base unit', GOOD.replaceAll('a_total', 'a_milliseconds_total')],
    ['no +Inf', GOOD.replace('d_seconds_bucket{le="+Inf"} 3\n', '')],
    ['a count that is not the last bucket', GOOD.replace('d_seconds_count 3', 'd_seconds_count 4')],
    ['no sum', GOOD.replace('d_seconds_sum 2.5\n', '')],
    ['buckets that fall', GOOD.replace('le="0.1"} 1', 'le="0.1"} 4')],
  ])('refuses %s', (_, text) => {
    expect(text).not.toBe(GOOD);
    expect(() => parsePrometheus(text)).toThrow();
  });
});
