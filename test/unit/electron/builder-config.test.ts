import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);
const read = () => parse(readFileSync('electron-builder.yml', 'utf8')) as Record<string, unknown>;

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

  it('would not be valid with a key that does not exist', async () => {
    await expect(validate({ ...read(), fuses: {} })).rejects.toThrow(/fuses/);
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

  it('ships nothing that is not bundled: production dependencies would all be packed', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies?: object; main: string };
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(manifest.main).toBe('dist/electron/main.cjs');
  });
});
