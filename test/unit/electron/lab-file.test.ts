import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLabFile, readLab } from '../../../electron/lab-file.ts';
import type { Command } from '../../../src/protocol/command.ts';

const GOOD = 'evenkeel: 1\norigins: [{ name: A, port: 8081 }]\n';
let folder: string;
const file = (name: string): string => join(folder, `${name}.yaml`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-labs-'));
  writeFileSync(file('good'), GOOD);
  writeFileSync(file('wrong'), 'evenkeel: 1\nstrategy: nope\norigins: 3\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a lab file on the desktop', () => {
  it('is read, and named after its file when it has no name', async () => {
    expect((await readLab(file('good'))).name).toBe('good');
  });

  it('that is wrong is refused with the place of each mistake', async () => {
    await expect(readLab(file('wrong'))).rejects.toThrow(
      /wrong\.yaml, line 2, column 11: .*\n.*wrong\.yaml, line 3, column 10: /,
    );
  });

  it('is opened in the lab that runs, with its name', async () => {
    const commands: Command[] = [];
    await openLabFile({ command: async (command) => void commands.push(command) }, file('good'));
    expect(commands).toEqual([{ command: 'load-lab', lab: GOOD, file: 'good.yaml' }]);
  });

  it('that is not there is said in one sentence', async () => {
    const lab = { command: async () => expect.unreachable() };
    await expect(readLab(file('absent'))).rejects.toThrow(`There is no file ${file('absent')}.`);
    await expect(openLabFile(lab, file('absent'))).rejects.toThrow(`There is no file ${file('absent')}.`);
  });
});
