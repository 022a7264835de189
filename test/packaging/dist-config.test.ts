import { describe, expect, it } from 'vitest';
import { distConfig, packConfig } from '../../scripts/dist-config.mjs';

const CI = { GITHUB_REPOSITORY: 'someone/evenkeel', GITHUB_SERVER_URL: 'https://github.com' };
const APPLE = { CSC_LINK: 'x', APPLE_ID: 'a', APPLE_APP_SPECIFIC_PASSWORD: 'b', APPLE_TEAM_ID: 'c' };
const names = (platform: NodeJS.Platform, env: Record<string, string>): string[] => {
  const { mac, win, nsis, linux } = distConfig(platform, env);
  return [mac, win, nsis, linux].map(({ artifactName }) => artifactName);
};

describe("a machine's installers", () => {
  it('say in their names that they are unsigned, on the systems that look at signatures', () => {
    for (const platform of ['darwin', 'win32'] as const) {
      const [mac, win, setup, linux] = names(platform, CI);
      for (const name of [mac, win, setup]) expect(name).toMatch(/-unsigned\.\$\{ext\}$/);
      expect(linux).not.toContain('unsigned');
    }
  });

  it.each([
    ['darwin', APPLE],
    ['win32', { WIN_CSC_LINK: 'x' }],
  ] as const)('are signed on %s when the secrets are there, and only then get updates', (platform, secrets) => {
    expect(names(platform, { ...CI, ...secrets }).join()).not.toContain('unsigned');
    const update = { provider: 'github', owner: 'someone', repo: 'evenkeel' };
    expect(distConfig(platform, { ...CI, ...secrets }).publish).toEqual(update);
    expect(distConfig(platform, CI).publish).toBeNull();
    expect(distConfig(platform, secrets).publish).toBeNull(); // where from?
  });

  it.each(Object.keys(APPLE))(
    'are not taken for signed on macOS without %s: they could not be notarised',
    (missing) => {
      const { [missing as 'CSC_LINK']: _left, ...others } = APPLE;
      expect(distConfig('darwin', { ...CI, ...others }).mac).toMatchObject({ identity: '-', notarize: false });
    },
  );

  it('start on Apple processors even when unsigned', () => {
    expect(distConfig('darwin', CI).mac).toMatchObject({ identity: '-', hardenedRuntime: false });
    expect(distConfig('darwin', { ...CI, ...APPLE }).mac).toMatchObject({ hardenedRuntime: true, notarize: true });
  });

  it('of Linux get no updates, as nothing in them is signed', () => {
    expect(distConfig('linux', { ...CI, ...APPLE, WIN_CSC_LINK: 'x' }).publish).toBeNull();
  });

  it('name a home page, or that there is none', () => {
    expect(distConfig('linux', CI).extraMetadata.homepage).toBe('https://github.com/someone/evenkeel');
    expect(distConfig('linux', {}).extraMetadata.homepage).toBe('https://evenkeel.invalid');
  });
});

describe('the app packed on the Electron at hand', () => {
  const on = (version: string) => packConfig({ executablePath: '/electron/electron', version }, '/out');

  it('is told only of fuses that this Electron has', () => {
    expect(on('28.3.3').electronFuses).not.toHaveProperty('grantFileProtocolExtraPrivileges');
    expect(on('29.0.0').electronFuses.grantFileProtocolExtraPrivileges).toBe(false);
    expect(on('25.1.1')).toMatchObject({ electronDist: '/electron', electronVersion: '25.1.1' });
  });
});
