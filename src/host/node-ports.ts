import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LabPorts } from './lab.ts';
import { createNodeSpawner } from './node-spawner.ts';

/** What a lab needs of plain Node: the browser host and the headless one use it. */
export function nodePorts({ host }: { readonly host: 'browser' | 'headless' }): LabPorts {
  const built = builtFolder();
  return {
    host,
    spawner: createNodeSpawner(join(built, 'origin.cjs')),
    engineFile: join(built, 'engine.cjs'),
    trafficFile: join(built, 'traffic.cjs'),
    labsFolder: labsFolder(built),
    settingsFile: settingsFile(),
    version: packageVersion(built),
  };
}

/** Where the built Node entries are (`dist/node`), seen from any built file and from the sources. */
export function builtFolder(): string {
  const candidates = ['.', '..', '../node', '../../dist/node'].map((folder) => resolve(__dirname, folder));
  const built = candidates.find((folder) => existsSync(join(folder, 'engine.cjs')));
  if (!built) throw new Error('Evenkeel has not been built; run "npm run build".');
  return built;
}

/** The labs that come with Evenkeel. */
export function labsFolder(built: string): string {
  return join(built, '..', '..', 'assets', 'labs');
}

export function packageVersion(built: string): string {
  const text = readFileSync(join(built, '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The user's settings: EVENKEEL_CONFIG_DIR, or where the system keeps such things. */
export function settingsFile(): string {
  const { env, platform } = process;
  // A variable that is empty counts as one that is not set, as the XDG specification demands.
  const folder =
    env.EVENKEEL_CONFIG_DIR ||
    (platform === 'win32'
      ? join(env.APPDATA || join(homedir(), 'AppData', 'Roaming'), 'Evenkeel')
      : platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support', 'Evenkeel')
        : join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'evenkeel'));
  return join(folder, 'settings.json');
}
