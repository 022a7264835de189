import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { file, folder, run } from '../support/cli-fixture.ts';

const LAB = `
evenkeel: 1
name: Two origins
origins: [ { name: A, count: 2, port: 8081, service: { time: { exponential: 50ms }, workers: 1 } } ]
traffic: { open: { rate: 10/s } }
expect:
  - { measure: mean, min: 40ms, max: 80ms, because: "There is hardly any waiting." }
  - { measure: share, of: A1, min: 90%, because: "This is wrong on purpose." }
`;
const SWEEP = ['sweep', 'two.yaml', '--vary', 'traffic.open.rate=10/s..30/s', '--steps', '3', '--duration', '60s'];

describe('evenkeel sweep', () => {
  it('prints one row for each value and strategy, the same however many threads', async () => {
    file('two.yaml', LAB);
    const args = [...SWEEP, '--strategy', 'random,least-connections'];
    const { code, stdout, stderr } = await run([...args, '--threads', '2']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(',').slice(1, 3));
    expect(rows).toEqual([
      ['traffic.open.rate', 'strategy'],
      ...['10/s', '20/s', '30/s'].flatMap((rate) => [
        [rate, 'random'],
        [rate, 'least-connections'],
      ]),
    ]);
    expect((await run([...args, '--threads', '1'])).stdout).toBe(stdout);
  });

  it('goes on where it was interrupted', async () => {
    file('two.yaml', LAB);
    const out = join(folder, 'out.csv');
    expect(await run([...SWEEP, '--out', 'out.csv'])).toEqual({ code: 0, stdout: '', stderr: '' });
    const whole = readFileSync(out, 'utf8');
    const lines = whole.split('\n');
    writeFileSync(out, `${lines.slice(0, 2).join('\n')}\n${lines[2]?.slice(0, 20)}`);
    const again = await run([...SWEEP, '--out', 'out.csv']);
    expect(again).toEqual({ code: 0, stdout: '', stderr: '1 of 3 runs are there already.\n' });
    expect(readFileSync(out, 'utf8')).toBe(whole);
  });

  it('says how long many runs will take', async () => {
    file('two.yaml', LAB);
    const args = ['sweep', 'two.yaml', '--vary', 'seed=1..24', '--steps', '24', '--duration', '10s', '--json'];
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^24 runs, about \d+ (ms|s) on \d+ threads\.\n$/);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).with.seed),
    ).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
  });

  it('refuses more runs than anyone waits for, and says how long they would take', async () => {
    file('two.yaml', LAB);
    const args = [
      'sweep',
      'two.yaml',
      '--vary',
      'seed=1..1000',
      '--vary',
      'traffic.open.rate=1/s..20/s',
      '--steps',
      '1000',
    ];
    const { code, stdout, stderr } = await run([...args, '--duration', '10s']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^That would be 1000000 runs, about \d+ (min|h) on \d+ threads; .* 100000 runs at most\.\n$/,
    );
  });

  it.each([
    [[...SWEEP, '--out', 'no/out.csv'], 'no/out.csv cannot be written: its folder does not exist.\n'],
    [[...SWEEP, '--out', '.'], '. cannot be written: it is a folder.\n'],
    [['sweep', 'two.yaml'], 'What is to vary? Write --vary traffic.open.rate=10/s..100/s.\n'],
    [
      ['sweep', 'two.yaml', '--vary', 'traffic.opn.rate=1/s,2/s'],
      'There is no key "opn" in traffic. Did you mean "open"?\n',
    ],
    [
      ['sweep', 'two.yaml', '--vary', 'origins[Z].weight=1,2'],
      'There is no "Z" in the list that origins[Z].weight goes through.\n',
    ],
  ])('says what is wrong with %j', async (args, stderr) => {
    file('two.yaml', LAB);
    expect(await run(args)).toEqual({ code: 2, stdout: '', stderr });
  });
});

describe('evenkeel verify', () => {
  it('says of each expectation whether it holds, and ends with 1 when one does not', async () => {
    const { code, stdout, stderr } = await run(['verify', file('two.yaml', LAB)]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(
      /ok {5}mean answer time: [\d.]+ ms, expected 40 ms to 80 ms\. There is hardly any waiting\./,
    );
    expect(stdout).toMatch(/WRONG {2}share of the attempts of A1: 50 %, expected at least 90 %/);
  });

  it('needs something to verify', async () => {
    const lab = LAB.slice(0, LAB.indexOf('expect:'));
    expect(await run(['verify', '-'], lab)).toMatchObject({
      code: 2,
      stderr: '- expects nothing; add lines to its expect.\n',
    });
  });
});
