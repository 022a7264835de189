import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { parseLabFile } from '../../../src/protocol/lab-file.ts';
import { Verifier } from '../../../src/simulation/verifier.ts';
import { labOf } from './support.ts';

const folder = fileURLToPath(new URL('../../../assets/labs/', import.meta.url));
const texts = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [file.replace('.yaml', ''), readFileSync(`${folder}${file}`, 'utf8')]),
);

/** The lesson of each, in the order in which a course goes through them. */
const SCENARIOS = [
  'slow-server',
  'needs-load',
  'two-choices',
  'herd',
  'black-hole',
  'kill-nine',
  'flapping',
  'cascade',
  'retry-storm',
  'slow-start',
  'canary',
  'smooth-order',
  'sticky-sessions',
  'consistent-hashing',
  'page-fan-out',
  'coordinated-omission',
  'knee',
];

function labIn(text: string, overrides = {}): LabDefinition {
  const parsed = parseLabFile(text, 'lab', overrides);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.lab;
}

function verdictsOf(text: string) {
  const verifier = new Verifier(labIn(text), (overrides) => labIn(text, { ...overrides, expect: null }));
  while (!verifier.done) verifier.work(1_000_000);
  return verifier.verdicts();
}

describe('scenarios', () => {
  it.each(SCENARIOS)('%s behaves as its file says', (id) => {
    const text = texts.get(id) ?? '';
    const verdicts = verdictsOf(text);
    expect(verdicts).toHaveLength(labIn(text).expect?.length ?? 0);
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts.filter(({ holds }) => !holds)).toEqual([]);
  });
});

describe('an expectation', () => {
  const LAB = [
    'evenkeel: 1',
    'origins: [ { name: A, count: 2, port: 8081, service: { time: 100ms } } ]',
    'traffic: { open: { rate: 10/s, arrivals: constant } }',
    'duration: 20s',
    'expect:',
  ];
  const of = (...lines: string[]): string => [...LAB, ...lines.map((line) => `  - ${line}`)].join('\n');

  it('fails when it does not hold', () => {
    const verdicts = verdictsOf(
      of(
        '{ measure: mean, max: 99ms, because: too little }',
        '{ measure: share, of: A1, min: 51%, because: too much }',
        '{ measure: order, is: B A, because: other names }',
        '{ measure: stable, is: false, because: it is }',
        // Nothing fails, so nothing can be slow.
        '{ measure: page-mean, max: 1h, because: there are no pages }',
      ),
    );
    expect(verdicts.map(({ holds }) => holds)).toEqual([false, false, false, false, false]);
  });

  it('may be about a variant, a span and several runs', () => {
    const verdicts = verdictsOf(
      of(
        '{ measure: mean, min: 300ms, max: 300ms, with: { "origins[A].service.time": 300ms }, because: a variant }',
        '{ measure: offered, min: 30, max: 30, during: [10s, 13s], because: a span }',
        '{ measure: mean, min: 99ms, max: 101ms, with: { traffic.open.arrivals: poisson }, runs: 3, because: runs }',
      ),
    );
    expect(verdicts.map(({ measured, holds }) => [Math.round(Number(measured)), holds])).toEqual([
      [300, true],
      [30, true],
      [100, true],
    ]);
  });

  it.each([
    ['{ measure: mean, because: x }', 'expect[0] needs a min or a max.'],
    ['{ measure: mean, max: 3, because: x }', 'max needs a unit: write 3ms or 3s.'],
    ['{ measure: share, max: 3%, because: x }', 'expect[0] needs a key "of".'],
    ['{ measure: share, of: C, max: 3%, because: x }', 'There is no origin "C". Use one of: A1, A2.'],
    ['{ measure: men, max: 3ms, because: x }', 'measure cannot be "men". Did you mean "mean"?'],
    ['{ measure: mean, max: 3ms, min: 4ms, because: x }', 'expect[0] must not have a min above its max.'],
    ['{ measure: mean, max: 3ms, with: { strategy: randm }, because: x }', 'Did you mean "random"?'],
    ['{ measure: mean, max: 3ms, with: { "origins[Z].weight": 2 }, because: x }', 'There is no "Z" in the list'],
    ['{ measure: mean, max: 3ms, during: [3s, 2s], because: x }', 'during must begin before it ends.'],
  ])('that is wrong is pointed at: %s', (line, message) => {
    const parsed = parseLabFile(of(line));
    const [problem] = 'problems' in parsed ? parsed.problems : [];
    expect(problem?.message).toContain(message);
    expect(problem?.line).toBe(6);
  });

  it('is not needed', () => {
    const lab = labOf('origins: [{}]');
    expect(new Verifier(lab, () => lab).done).toBe(true);
  });
});
