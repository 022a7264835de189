import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);

interface Target {
  readonly target: string;
  readonly arch?: unknown;
}
interface Association {
  readonly ext: string | readonly string[];
  readonly rank?: string;
}
interface Platform {
  readonly target: readonly (string | Target)[];
  readonly artifactName: string;
  readonly fileAssociations: readonly Association[];
}
interface Config extends Readonly<Record<string, unknown>> {
  readonly linux: Platform & { readonly executableName: string; readonly maintainer: string };
  readonly win: Platform;
  readonly mac: Platform;
}
const read = () => parse(readFileSync('electron-builder.yml', 'utf8')) as Config;

/** electron-builder's own check; it is not exported, and its path is the package's internal one. */
async function validate(config: unknown): Promise<void> {
  const { validateConfiguration } = require('app-builder-lib/out/util/config/config.js') as {
    validateConfiguration(config: unknown, log: { isEnabled: boolean; add(): void }): Promise<void>;
  };
  await validateConfiguration(config, { isEnabled: false, add: () => undefined });
}

describe('electron-builder.yml', () => {
  it("is valid by electron-builder's own schema", async () => {
    await expect(validate(read())).resolves.toBeUndefined();
  });

  it('would not be valid with a key that does not exist, at any depth', async () => {
    await expect(validate({ ...read(), fuses: {} })).rejects.toThrow(/fuses/);
    await expect(validate({ ...read(), mac: { ...read().mac, targets: ['dmg'] } })).rejects.toThrow(
      /configuration\.mac/,
    );
  });

  it('switches the fuses as the security requirements say', () => {
    expect(read().electronFuses).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      grantFileProtocolExtraPrivileges: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      enableCookieEncryption: true,
    });
  });

  it('makes an installer for each system and processor', () => {
    expect(read().linux.target).toEqual(['AppImage', 'deb']);
    expect(read().win.target).toEqual([{ target: 'nsis', arch: ['x64', 'arm64'] }]);
    expect(read().mac.target).toEqual([
      { target: 'dmg', arch: 'universal' },
      { target: 'zip', arch: 'universal' },
    ]);
  });

  it('opens labs, and takes no file away from the program that has it', () => {
    for (const system of ['linux', 'win', 'mac'] as const) {
      const [first, ...others] = read()[system].fileAssociations;
      expect(first?.ext).toBe('evenkeel.yaml');
      for (const other of others) expect(other.rank).toBe('Alternate');
    }
  });

  it('names the class of the installer script as the one that it registers', () => {
    const [lab] = read().win.fileAssociations as readonly { name?: string }[];
    const classes = [...readFileSync('assets/installer.nsh', 'utf8').matchAll(/OpenWithProgids" "([^"]+)"/g)];
    expect(classes.map(([, name]) => name)).toEqual(Array(4).fill(lab?.name));
  });

  it('ships nothing that is not bundled: production dependencies would all be packed', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundledDependencies']) {
      expect(manifest).not.toHaveProperty(kind);
    }
    expect(manifest.main).toBe('dist/electron/main.cjs');
    expect(manifest.desktopName).toBe(`${read().linux.executableName}.desktop`);
  });
});
