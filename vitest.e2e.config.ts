import { defineConfig } from 'vitest/config';

/** `npm run test:e2e`: the built product in a real browser and a real Electron, one after the other. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    reporters: ['default', './test/support/counts-reporter.ts'],
    globalSetup: ['./test/support/own-settings.ts', './test/support/build.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    // What comes in its own time may take as long as anything else here; a second is little on a busy machine.
    expect: { poll: { timeout: 30_000 } },
  },
});
