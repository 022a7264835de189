import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICIES } from '../../../src/core/policies.ts';
import { parseCommand } from '../../../src/protocol/command-schema.ts';
import { parseLabFile, printLabFile } from '../../../src/protocol/lab-file.ts';

const FILE = 'evenkeel: 1\nthreads: 4\norigins: [{ name: A }, { name: B }]\n';

function problemsOf(text: string): string[] {
  const parsed = parseLabFile(text);
  return 'lab' in parsed ? [] : parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('a lab with several threads', () => {
  it('is read and printed', () => {
    const parsed = parseLabFile(FILE);
    expect(parsed).toMatchObject({ lab: { threads: 4 } });
    if ('lab' in parsed) expect(printLabFile(parsed.lab)).toContain('threads: 4\n');
  });

  it.each([0, 65, 1.5])('cannot have %s of them', (threads) => {
    expect(problemsOf(FILE.replace('4', String(threads)))).toHaveLength(1);
  });

  it.each([
    [
      'strategy: { use: least-time, inFlight: true }',
      '4:11 threads: 4 does not go with least-time, which with inFlight: true goes by the age of requests in one thread; choose another strategy, or use threads: 1.',
    ],
    [
      'strategy: { use: path-rules, rules: [{ prefix: /a, origins: [A], strategy: { use: least-time, inFlight: true } }] }',
      '4:76 threads: 4 does not go with least-time, which with inFlight: true goes by the age of requests in one thread; choose another strategy, or use threads: 1.',
    ],
    [
      'strategy: { use: path-rules, rules: [], default: { use: least-time, inFlight: true } }',
      '4:50 threads: 4 does not go with least-time, which with inFlight: true goes by the age of requests in one thread; choose another strategy, or use threads: 1.',
    ],
    [
      `strategy: { use: path-rules, rules: [${Array.from({ length: 32 }, (_, at) => `{ prefix: /${at}, origins: [A] }`)}] }`,
      '4:11 threads: 4 does not go with more than 31 path rules, as threads share no more turns; use fewer, or use threads: 1.',
    ],
    [
      'sticky: on\nlimits: { maxInFlight: 8 }',
      '4:9 threads: 4 does not go with sticky and limits together, as clients would wait for their origin in each thread apart; leave one out, or use threads: 1.',
    ],
  ])('cannot have %s', (line, problem) => {
    expect(problemsOf(`${FILE}${line}\n`)).toEqual([problem]);
    expect(problemsOf(`${FILE.replace('threads: 4', 'threads: 1')}${line}\n`)).toEqual([]);
  });

  it.each([
    'strategy: least-connections',
    'strategy: power-of-two-choices',
    'strategy: weighted-round-robin',
    'strategy: { use: weighted-round-robin, order: blocks }',
    'strategy: { use: weighted-round-robin, order: deadline }',
    'strategy: least-time',
    'strategy: least-load',
    'strategy: { use: least-load, method: weights }',
    'loadInfo: { every: 1s }',
    'strategy: peak-ewma',
    'strategy: { use: path-rules, rules: [{ prefix: /a, origins: [A], strategy: peak-ewma }], default: least-connections }',
    'strategy: { use: ring-hash, boundedLoad: 125% }',
    'slowStart: on',
    'sticky: on',
    'breaker: on',
    'limits: { maxInFlight: 8, total: 20, queue: 5 }',
    'health: { outliers: on, panic: on }',
    'retry: { on: [reset] }',
  ])('can have %s', (line) => {
    expect(problemsOf(`${FILE}${line}\n`)).toEqual([]);
  });
});

describe('a command to a lab with several threads', () => {
  const parsed = parseLabFile(`${FILE}limits: { maxInFlight: 4 }\n`);
  const lab = 'lab' in parsed ? parsed.lab : undefined;
  const alone = lab && { ...lab, threads: 1 };

  it.each([
    { command: 'set-strategy', strategy: { use: 'least-time', inFlight: true } },
    { command: 'set-sticky', sticky: 'on' },
  ])('is refused where threads would not do it as one: $command', (command) => {
    expect(() => parseCommand(command, lab)).toThrow('threads: 4 does not go with');
    expect(() => parseCommand(command, alone)).not.toThrow();
  });

  it.each([
    { command: 'set-role', origin: 'A', role: { maxInFlight: 2 } },
    { command: 'add-origin', origin: { maxInFlight: 2 } },
  ])('is refused where it would bring limits beside sticky sessions: $command', (command) => {
    const sticky = lab && { ...lab, limits: DEFAULT_POLICIES.limits, sticky: { cookie: 'c' } };
    expect(() => parseCommand(command, sticky)).toThrow('threads: 4 does not go with sticky and limits together');
    expect(() => parseCommand(command, lab)).not.toThrow();
  });
});
