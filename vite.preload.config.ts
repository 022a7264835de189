import { defineConfig } from 'vite';

/**
 * The preload script, built by itself: it runs sandboxed, where `require` knows Electron and nothing else, and beside other
 * entries the bundler would make it require their shared chunks.
 */
export default defineConfig({
  build: {
    target: 'chrome114',
    outDir: 'dist/electron',
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    reportCompressedSize: false,
    rolldownOptions: {
      platform: 'node',
      external: ['electron'],
      input: { preload: 'electron/preload.ts' },
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
});
