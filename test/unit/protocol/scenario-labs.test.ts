import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { parseLabFile, printLabFile } from '../../../src/protocol/lab-file.ts';

const folder = fileURLToPath(new URL('../../../assets/labs/', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

function labOf(file: string): LabDefinition {
  const parsed = parseLabFile(readFileSync(`${folder}${file}`, 'utf8'), file);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems, null, 1));
  return parsed.lab;
}

describe('the labs that come with Evenkeel', () => {
  it('are all there', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'default.yaml',
        'slow-server.yaml',
        'kill-nine.yaml',
        'black-hole.yaml',
        'canary.yaml',
        'flapping.yaml',
        'ip-hash.yaml',
      ]),
    );
  });

  it.each(files)('%s is right, says what it is about, and survives being saved', (file) => {
    const lab = labOf(file);
    expect(readFileSync(`${folder}${file}`, 'utf8')).toMatch(/^# /);
    expect(lab.look).toMatch(/[.?]$/);
    expect(lab.name).not.toBe(file.replace('.yaml', ''));
    expect(parseLabFile(printLabFile(lab))).toEqual({ lab });
  });

  it('begin with four healthy origins under a calm load', () => {
    const lab = labOf('default.yaml');
    expect(lab).toMatchObject({
      name: 'Four healthy origins',
      listen: { host: '127.0.0.1', port: 8080 },
      strategy: { use: 'round-robin' },
      clients: { count: 100, popularity: 'uniform' },
      traffic: { open: { rate: 20, arrivals: 'poisson' } },
      faults: [],
    });
    expect(lab.duration).toBeUndefined();
    const service = { time: { exponential: 50 }, workers: 'unlimited', queue: 'unlimited', errorRate: 0 };
    expect(lab.origins).toEqual(
      ['A', 'B', 'C', 'D'].map((name, index) => ({ name, port: 8081 + index, weight: 1, service })),
    );
  });

  it('load the slow server so that round robin is unstable and the whole is not', () => {
    const { origins, traffic } = labOf('slow-server.yaml');
    const perSecond = origins.map((origin) => {
      if (!('service' in origin) || !('exponential' in origin.service.time))
        throw new Error('not the model of the theory');
      expect(origin.service.workers).toBe(1);
      return 1000 / origin.service.time.exponential;
    });
    const rate = 'open' in traffic ? traffic.open.rate : 0;
    expect(perSecond).toEqual([20, 20, 20, 5]);
    expect(rate / 4).toBeGreaterThan(Math.min(...perSecond));
    expect(rate / perSecond.reduce((sum, each) => sum + each)).toBeCloseTo(0.49, 2);
  });
});
