import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './ports.ts';

export interface LabFile {
  readonly path: string;
  /** Where it is; removed with it. */
  readonly folder: string;
  readonly proxyPort: number;
  readonly originPorts: readonly number[];
  remove(): void;
}

/** Four quick origins under steady traffic on ports of their own, with health checks quick to see a death and slow to suspect a busy machine. */
export async function writeLabFile(): Promise<LabFile> {
  const [proxyPort = 0, ...originPorts] = await freePorts(5);
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-e2e-'));
  const path = join(folder, 'lab.yaml');
  const origins = originPorts.map((port, index) => {
    const name = String.fromCharCode(65 + index);
    return `  - { name: ${name}, port: ${port}, service: { time: { exponential: 20ms }, workers: unlimited } }`;
  });
  const lines = [
    'evenkeel: 1',
    'name: The users path',
    `listen: 127.0.0.1:${proxyPort}`,
    'strategy: round-robin',
    'origins:',
    ...origins,
    'traffic: { open: { rate: 60/s, arrivals: poisson } }',
    'health:',
    '  active: { path: /healthz, every: 500ms, timeout: 5s, fall: 2, rise: 2 }',
    '  passive: { failures: 5, base: 1s }',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  return { path, folder, proxyPort, originPorts, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
