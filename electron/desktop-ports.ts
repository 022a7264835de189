import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { LabPorts } from '../src/host/lab.ts';
import { createUtilitySpawner } from './utility-spawner.ts';

/** What the lab needs of this host. */
export function desktopPorts(appFolder: string): LabPorts {
  const node = join(appFolder, 'dist', 'node');
  return {
    host: 'desktop',
    spawner: createUtilitySpawner(join(node, 'origin.cjs')),
    engineFile: join(node, 'engine.cjs'),
    trafficFile: join(node, 'traffic.cjs'),
    settingsFile: join(app.getPath('userData'), 'settings.json'),
    // Not `app.getVersion()`, which is Electron's own until the app is packaged.
    version: (JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8')) as { version: string }).version,
  };
}
