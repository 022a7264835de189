import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../../renderer/features/labs/lab-text.ts';
import { curlOf } from '../../../renderer/features/labs/open-lab.ts';

const ORIGINS = 'origins:\n  - { name: A, port: 8081 }\n';

describe('problemsOf', () => {
  it('finds nothing in a lab that is right', () => {
    expect(problemsOf(`evenkeel: 1\n${ORIGINS}`, 'fine.yaml')).toEqual([]);
  });

  it('gives each mistake its line, its column and the text it is in', () => {
    const text = `evenkeel: 1\r\norigins:\r\n\t- { name: A }\r\n`;
    const [first] = problemsOf(text, 'tab.yaml');
    expect(first).toMatchObject({ line: 3, excerpt: ' - { name: A }' });
    const [wrong, other, ...rest] = problemsOf(`evenkeel: 1\n${ORIGINS}strateggy: random\nseed: x\n`, 'two.yaml');
    expect(wrong).toMatchObject({ line: 4, column: 1, excerpt: 'strateggy: random', before: 0 });
    expect(wrong?.message).toContain('strategy');
    expect(other).toMatchObject({ line: 5, column: 7, excerpt: 'seed: x', before: 6 });
    expect(rest).toEqual([]);
  });

  it('marks the place in a long line, of which it shows a part', () => {
    const line = `origins: [ ${Array.from({ length: 30 }, (_, at) => `{ name: O${at}, port: ${9000 + at} }`).join(', ')}, { nam: X } ]`;
    const [problem] = problemsOf(`evenkeel: 1\n${line}\n`, 'long.yaml');
    expect(problem?.line).toBe(2);
    const { excerpt = '', before = 0, column = 0 } = problem ?? {};
    expect(excerpt.length).toBeLessThanOrEqual(82);
    expect(excerpt.startsWith('…')).toBe(true);
    expect(excerpt.slice(before, before + 5)).toBe(line.slice(column - 1, column + 4));
  });
});

describe('taking a lab away', () => {
  it('makes a curl command whose text survives a shell', () => {
    const text = "name: It's $HOME\norigins: []\n";
    const command = curlOf(text, 'http://127.0.0.1:7070');
    expect(command).toMatch(
      /^curl -s http:\/\/127\.0\.0\.1:7070\/api\/commands -H "Authorization: Bearer \$TOKEN" -d '/,
    );
    const body = command.slice(command.indexOf("-d '") + 4, -1).replaceAll("'\\''", "'");
    expect(JSON.parse(body)).toEqual({ command: 'load-lab', lab: text });
  });
});
