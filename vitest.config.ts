import { defineConfig } from 'vitest/config';

/** `npm test`: everything that needs no browser. Ends with one line of counts (see the reporter). */
export default defineConfig({
  test: {
    include: ['test/{unit,contract,integration,conformance}/**/*.test.{ts,tsx}', 'test/architecture.test.ts'],
    reporters: ['default', './test/support/counts-reporter.ts'],
    globalSetup: ['./test/support/own-settings.ts', './test/support/build.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // What comes in its own time may take as long as anything else here; a second is little on a busy machine.
    expect: { poll: { timeout: 30_000 } },
  },
});
