import { join } from 'node:path';
import type { LabPorts } from '../src/host/lab.ts';
import { builtFolder, labsFolder, packageVersion, settingsFile } from '../src/host/node-ports.ts';
import { createUtilitySpawner } from './utility-spawner.ts';

/** What the lab needs of this host: all as in plain Node, but for how origins are started. */
export function desktopPorts(): LabPorts {
  const built = builtFolder();
  return {
    host: 'desktop',
    spawner: createUtilitySpawner(join(built, 'origin.cjs')),
    engineFile: join(built, 'engine.cjs'),
    trafficFile: join(built, 'traffic.cjs'),
    labsFolder: labsFolder(built),
    settingsFile: settingsFile(),
    // Not `app.getVersion()`, which is Electron's own until the app is packaged.
    version: packageVersion(built),
  };
}
