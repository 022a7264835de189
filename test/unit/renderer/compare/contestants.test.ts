import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lost, ranking } from '../../../../renderer/features/compare/comparison.ts';
import { choicesOf, contestant, firstPick, SUBJECTS } from '../../../../renderer/features/compare/contestants.ts';
import { readLabText } from '../../../../src/protocol/lab-file.ts';
import { LabRunner } from '../../../../src/simulation/runner.ts';
import { labOf } from '../../simulation/support.ts';

const lab = labOf('strategy: { use: ring-hash, vnodes: 7 }', 'origins: [{}, {}]', 'retry: off');

describe('what can be compared', () => {
  it.each(SUBJECTS)('has a title of its own, and a first pick of two: %s', (subject) => {
    const titles = choicesOf(subject).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    const picked = firstPick(subject, lab).map((id) => contestant(subject, id, lab));
    expect(new Set(picked.map(({ title }) => title)).size).toBe(2);
  });

  it('is a strategy with the lab’s own parameters, or a policy under the lab’s own strategy', () => {
    expect(contestant('strategies', 'ring-hash', lab).strategy).toMatchObject({ vnodes: 7 });
    expect(contestant('strategies', 'random', lab)).toMatchObject({ strategy: { use: 'random' }, lab });
    expect(contestant('policies', 'own', lab).lab).toEqual(lab);
    const { strategy, lab: changed } = contestant('policies', 'budget', lab);
    expect(strategy).toEqual(lab.strategy);
    expect(changed).toEqual({
      ...lab,
      retry: { ...lab.retry, attempts: 3, on: ['connect-failure', 'reset', 'timeout'], budget: 0.1 },
    });
  });

  it('answers what a retry budget does', () => {
    const storm = readLabText(
      readFileSync(new URL('../../../../assets/labs/retry-storm.yaml', import.meta.url), 'utf8'),
    );
    const results = ['own', 'budget'].map((id) => {
      const { lab: its, strategy } = contestant('policies', id, storm);
      const runner = new LabRunner(its, { strategies: [strategy], duration: 120_000 });
      while (!runner.done) runner.work(1_000_000);
      return runner.result().results[0];
    });
    const [own, budget] = results;
    if (!own || !budget) throw new Error('no results');
    expect(lost(own)).toBeGreaterThan(2 * lost(budget));
    expect(ranking([own, budget])[0]?.index).toBe(1);
  });
});
