import { expect, it } from 'vitest';
import { theoryLines } from '../../../../renderer/features/compare/theory-lines.ts';
import { readLabText } from '../../../../src/protocol/lab-file.ts';

const lab = (time: string, load: number) =>
  readLabText(`evenkeel: 1
origins:
  - { name: A, service: { time: ${time}, workers: 1 } }
  - { name: B, service: { time: ${time}, workers: 1 } }
traffic: { open: { rate: ${load * 200}/s } }
`);
const EXPONENTIAL = '{ exponential: 10ms }';

it('draws theory at every load, one line for strategies that share a model', () => {
  const strategies = ['random', 'round-robin', 'least-connections', 'first-available', 'weighted-random'].map(
    (use) => ({
      use,
    }),
  );
  const lines = theoryLines(strategies.map((strategy) => ({ strategy, at: (load: number) => lab(EXPONENTIAL, load) })));
  expect(lines.map(({ model, kind, about }) => [model, kind, about])).toEqual([
    ['M/M/1', 'exact', [0, 4]],
    ['E2/M/1', 'exact', [1]],
    ['M/M/2', 'bound', [2, 3]],
  ]);
  // 10 ms / (1 − load)
  for (const { load, mean } of lines[0]?.points ?? []) expect(mean).toBeCloseTo(10 / (1 - load), 6);
  expect(lines[0]?.points.at(-1)?.load).toBe(0.95);
});

it('draws nothing where theory knows nothing', () => {
  expect(theoryLines([{ strategy: { use: 'round-robin' }, at: (load) => lab('{ constant: 10ms }', load) }])).toEqual(
    [],
  );
});
