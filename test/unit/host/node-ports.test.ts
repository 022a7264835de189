import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { settingsFile } from '../../../src/host/node-ports.ts';

afterEach(() => vi.unstubAllEnvs());

describe('where the settings are', () => {
  it('is where EVENKEEL_CONFIG_DIR says', () => {
    vi.stubEnv('EVENKEEL_CONFIG_DIR', '/srv/class');
    expect(settingsFile()).toBe(join('/srv/class', 'settings.json'));
  });

  it.runIf(process.platform === 'linux')(
    'is where the system keeps such things otherwise, also for empty variables',
    () => {
      for (const empty of ['', undefined]) {
        vi.stubEnv('EVENKEEL_CONFIG_DIR', empty);
        vi.stubEnv('XDG_CONFIG_HOME', '/srv/conf');
        expect(settingsFile()).toBe('/srv/conf/evenkeel/settings.json');
        vi.stubEnv('XDG_CONFIG_HOME', empty);
        expect(settingsFile()).toBe(join(homedir(), '.config/evenkeel/settings.json'));
      }
    },
  );
});
