import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/protocol/command-schema.ts';
import { parseLabFile } from '../../src/protocol/lab-file.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** All that a sentence about something unknown says there is. */
function offeredBy(sentence: string): string[] {
  const [, list = ''] = /[Oo]ne of: ([^.]+)\.$/.exec(sentence) ?? [];
  return list.split(', ').filter(Boolean);
}

/** What its sentences and tables have in code. */
const prose = readme.replaceAll(/```[\s\S]*?```/g, '');
const named = new Set([...prose.matchAll(/`([^`]+)`/g)].flatMap((match) => match[1]?.match(/[\w-]+/g) ?? []));

describe('the README', () => {
  it('names every command of a running lab', () => {
    let sentence = '';
    try {
      parseCommand({});
    } catch (error) {
      sentence = (error as Error).message;
    }
    const commands = offeredBy(sentence);
    expect(commands).toContain('set-strategy');
    // Some are in its examples.
    expect(commands.filter((command) => !named.has(command) && !readme.includes(`"command":"${command}"`))).toEqual([]);
  });

  it('names every key of a lab file', () => {
    const parsed = parseLabFile('evenkeel: 1\nqqqqqqqqqqqq: 1\norigins: [{}]\n');
    const keys = offeredBy('problems' in parsed ? (parsed.problems[0]?.message ?? '') : '');
    expect(keys).toContain('strategy');
    const elsewhere = ['evenkeel', 'seed', 'duration'];
    expect(keys.filter((key) => !named.has(key) && !elsewhere.includes(key))).toEqual([]);
  });

  it('names every script for developers that is there, and none that is not', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const run = [...readme.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map((match) => match[1] ?? '');
    expect(run).toContain('lint');
    expect(run.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});
