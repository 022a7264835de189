import { describe, expect, it } from 'vitest';
import { loadInHeader, loadInHealth } from '../../../src/engine/load-report.ts';

describe('a load report in a header', () => {
  it.each([
    ['TEXT cpu_utilization=0.3', { value: 0.3 }],
    ['TEXT cpu_utilization=0.3, rps_fractional=100.5,eps=2', { value: 0.3, rates: { rate: 100.5, errorRate: 2 } }],
    ['TEXT application_utilization=0.5,cpu_utilization=0.3,mem_utilization=0.9', { value: 0.5 }],
    ['TEXT application_utilization=0,cpu_utilization=0.3', { value: 0.3 }],
    ['TEXT application_utilization=0', { value: 0 }],
    [
      'JSON {"cpu_utilization": 0.4, "rps_fractional": 7, "named_metrics": {"a": 1}}',
      { value: 0.4, rates: { rate: 7 } },
    ],
  ])('%s', (header, load) => {
    expect(loadInHeader(header)).toEqual(load);
    expect(loadInHeader([header, 'TEXT cpu_utilization=9'])).toEqual(load);
  });

  it.each([
    undefined,
    '',
    '0.3',
    'BIN AAAA',
    'TEXT ',
    'TEXT mem_utilization=0.3',
    'TEXT cpu_utilization=high',
    'TEXT cpu_utilization=',
    'TEXT cpu_utilization=-1',
    'TEXT cpu_utilization=Infinity',
    'JSON [0.3]',
    'JSON {"cpu_utilization": "0.3"}',
    'JSON {"cpu_utilization": 0.3',
    'JSON null',
    `TEXT cpu_utilization=0.3,${' '.repeat(1000)}`,
  ])('is none: %s', (header) => {
    expect(loadInHeader(header)).toBeUndefined();
  });
});

describe('a load report in a health answer', () => {
  it('is its load, with rates where it tells them', () => {
    expect(loadInHealth('{"status":"ok","load":0.25}')).toEqual({ value: 0.25 });
    expect(loadInHealth('{"load":1.5,"rps_fractional":10,"eps":0}')).toEqual({
      value: 1.5,
      rates: { rate: 10, errorRate: 0 },
    });
    for (const none of ['', 'OK', '{}', '{"load":"0.3"}', '{"load":-1}', '[]', '{"load":0.3']) {
      expect(loadInHealth(none)).toBeUndefined();
    }
  });
});
