import { defineConfig } from 'vitest/config';

/** `npm run test:packaging`: what users install, packed and run as far as this machine can. */
export default defineConfig({
  test: {
    include: ['test/packaging/**/*.test.ts'],
    reporters: ['default', './test/support/counts-reporter.ts'],
    globalSetup: ['./test/support/own-settings.ts', './test/support/build.ts', './test/support/packed-app.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    // What comes in its own time may take as long as anything else here; a second is little on a busy machine.
    expect: { poll: { timeout: 30_000 } },
  },
});
