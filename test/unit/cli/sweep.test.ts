import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { csvHead, csvRow, finishedRuns, runKey } from '../../../src/cli/sweep-rows.ts';
import { TableFile } from '../../../src/cli/sweep-table.ts';
import { combination, combinationsOf, parseVariation } from '../../../src/cli/variation.ts';
import { labOf, resultOf } from '../simulation/support.ts';

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-sweep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a variation', () => {
  it('is a range in even steps, or a list', () => {
    expect(parseVariation('traffic.open.rate=10/s..40/s', 4)).toEqual({
      path: 'traffic.open.rate',
      values: ['10/s', '20/s', '30/s', '40/s'],
    });
    expect(parseVariation('weight=0.1..0.7', 3).values).toEqual([0.1, 0.4, 0.7]);
    expect(parseVariation('weight=3..9', 1).values).toEqual([3]);
    expect(parseVariation('strategy=random, maglev', 9).values).toEqual(['random', 'maglev']);
    expect(parseVariation('retry.attempts=1,2', 9).values).toEqual([1, 2]);
  });

  it.each(['rate', '=3', 'rate=', 'rate=1/s..2/m', 'rate=a..b', 'rate=1..2..3'])('is refused: %s', (written) => {
    expect(() => parseVariation(written, 3)).toThrow(/^--vary/);
  });

  it('is combined with every other', () => {
    const both = [
      { path: 'a', values: [1, 2] },
      { path: 'b', values: ['x', 'y', 'z'] },
    ];
    expect(combinationsOf(both)).toBe(6);
    expect([0, 1, 2, 3, 4, 5].map((number) => combination(both, number))).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: 1, b: 'z' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
      { a: 2, b: 'z' },
    ]);
  });
});

describe('a table that cannot be written', () => {
  it('says why', () => {
    expect(() => new TableFile(join(folder, 'no', 'out.csv'), 0)).toThrow(
      'out.csv cannot be written: its folder does not exist.',
    );
    expect(() => new TableFile(folder, 0)).toThrow('cannot be written: it is a folder.');
  });

  it.skipIf(!existsSync('/dev/full'))('is one whose disk is full', () => {
    const table = new TableFile('/dev/full', 0);
    expect(() => table.add('1,2')).toThrow('/dev/full cannot be written: the disk is full.');
  });
});

describe('the rows of a sweep', () => {
  const lab = labOf('origins: [{}]', 'traffic: { open: { rate: 10/s } }');
  const head = csvHead(['traffic.open.rate']);
  const row = csvRow(runKey(lab), ['10/s'], resultOf(lab, { duration: 10_000 }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('have a cell for each head', () => {
    expect(row.split(',')).toHaveLength(head.split(',').length);
    expect(row).toContain(',10/s,round-robin,');
  });

  it('are known again, but for one that was cut off', () => {
    const whole = `${head}\n${row}\n`;
    const { keys, length } = finishedRuns(file('cut.csv', `${whole}0123456789ab,20/s,ro`), false, head);
    expect([...keys]).toEqual([runKey(lab)]);
    expect(length).toBe(whole.length);
    for (const [text, json] of [
      ['', false],
      [head.slice(0, 9), false],
      ['{"ru', true],
      ['{"run":"01234', true],
    ] as const) {
      expect(finishedRuns(file('begun', text), json, head)).toEqual({ keys: new Set(), length: 0 });
    }
    expect(finishedRuns(join(folder, 'none.csv'), false, head)).toEqual({ keys: new Set(), length: 0 });
  });

  it('are not added to something else', () => {
    expect(() => finishedRuns(file('other.csv', 'a,b\n1,2\n'), false, head)).toThrow('give --out another file');
    expect(() => finishedRuns(file('one-line.csv', 'my notes, with no line end'), false, head)).toThrow('another file');
    expect(() => finishedRuns(file('one-line.jsonl', 'my notes'), true, head)).toThrow('another file');
    expect(() => finishedRuns(folder, false, head)).toThrow('cannot be written: it is a folder.');
    expect(() => finishedRuns(file('other.jsonl', '{"a":1}\n'), true, head)).toThrow('give --out another file');
    expect(() => finishedRuns('/dev/null', false, head)).toThrow('/dev/null cannot be written: it is no file.');
  });
});
