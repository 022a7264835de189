import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DesktopLab, readLab } from '../../../electron/desktop-lab.ts';
import { Lab, type LabPorts } from '../../../src/host/lab.ts';

vi.mock('../../../src/host/lab.ts', () => ({ Lab: { start: vi.fn() } }));

const ports = {} as LabPorts;
let folder: string;
let happened: string[];

const labText = (name: string): string => `evenkeel: 1\nname: ${name}\norigins: [{ name: A, port: 8081 }]\n`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-labs-'));
  for (const name of ['First', 'Second', 'Unstartable']) writeFileSync(join(folder, `${name}.yaml`), labText(name));
  writeFileSync(join(folder, 'wrong.yaml'), 'evenkeel: 1\nstrategy: nope\norigins: 3\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  happened = [];
  vi.mocked(Lab.start).mockImplementation(async (lab) => {
    happened.push(`start ${lab.name}`);
    if (lab.name === 'Unstartable') throw new Error('Port 1 may not be used.');
    const fake = { state: { lab }, stop: async () => void happened.push(`stop ${lab.name}`) };
    return fake as unknown as Lab;
  });
});

const file = (name: string): string => join(folder, `${name}.yaml`);
const first = async (): Promise<DesktopLab> => DesktopLab.start(await readLab(file('First')), ports);

describe('opening another lab', () => {
  it('stops the one before it first: they may want the same ports', async () => {
    const lab = await first();
    await lab.open(file('Second'), () => happened.push('replaced'));
    expect(happened).toEqual(['start First', 'stop First', 'start Second', 'replaced']);
    expect(lab.state.lab.name).toBe('Second');
  });

  it('that is wrong leaves the running one alone', async () => {
    const lab = await first();
    const wrong = lab.open(file('wrong'), () => happened.push('replaced'));
    await expect(wrong).rejects.toThrow(/wrong\.yaml:2:11 .*\n.*wrong\.yaml:3:10 /);
    expect(happened).toEqual(['start First']);
  });

  it('that cannot start gives way to the one before it', async () => {
    const lab = await first();
    const open = lab.open(file('Unstartable'), () => happened.push('replaced'));
    await expect(open).rejects.toThrow('Port 1 may not be used.');
    expect(happened).toEqual(['start First', 'stop First', 'start Unstartable', 'start First', 'replaced']);
    expect(lab.state.lab.name).toBe('First');
  });

  it('waits for the change before it, and stopping waits for both', async () => {
    const lab = await first();
    void lab.open(file('Second'), () => undefined);
    void lab.open(file('First'), () => undefined);
    await lab.stop();
    expect(happened).toEqual(['start First', 'stop First', 'start Second', 'stop Second', 'start First', 'stop First']);
  });

  it('that is not there is said in one sentence', async () => {
    await expect(readLab(file('absent'))).rejects.toThrow(`There is no file ${file('absent')}.`);
  });
});
