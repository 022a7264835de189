import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLabFile, readLab } from '../../../electron/lab-file.ts';
import type { Command } from '../../../src/protocol/command.ts';
import { readLabText } from '../../../src/protocol/lab-file.ts';

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

  it('is opened in the lab that runs, with its name and with its certificates beside it', async () => {
    const commands: Command[] = [];
    writeFileSync(file('tls'), `${GOOD}listen: { address: 127.0.0.1:8443, tls: { cert: a.pem, key: keys/a.key } }\n`);
    await openLabFile({ command: async (command) => void commands.push(command) }, file('tls'));
    const [command] = commands;
    if (command?.command !== 'load-lab') throw new Error(`${command?.command} is not load-lab`);
    expect(readLabText(command.lab)).toEqual({
      ...(await readLab(file('tls'))),
      name: 'tls',
      listen: { host: '127.0.0.1', port: 8443, tls: { cert: join(folder, 'a.pem'), key: join(folder, 'keys/a.key') } },
    });
  });

  it('that is wrong changes nothing in the lab that runs', async () => {
    const lab = { command: async () => expect.unreachable() };
    await expect(openLabFile(lab, file('wrong'))).rejects.toThrow(/wrong\.yaml, line 2/);
  });

  it('that is not there is said in one sentence', async () => {
    const lab = { command: async () => expect.unreachable() };
    await expect(readLab(file('absent'))).rejects.toThrow(`There is no file ${file('absent')}.`);
    await expect(openLabFile(lab, file('absent'))).rejects.toThrow(`There is no file ${file('absent')}.`);
  });
});
