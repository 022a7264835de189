import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

/** What installed apps update themselves with; built with the installers only, as nothing else has a use for it. */
export default defineConfig({
  define: { 'process.env': 'process.env' },
  resolve: { conditions: ['node', 'require', 'default'], mainFields: ['main'] },
  build: {
    target: 'node18',
    outDir: 'dist/electron',
    emptyOutDir: false,
    minify: false,
    reportCompressedSize: false,
    license: { fileName: 'updater-licenses.md' },
    rolldownOptions: {
      platform: 'node',
      external: ['electron', ...builtinModules, /^node:/],
      input: { updater: 'electron/updater.ts' },
      preserveEntrySignatures: 'strict',
      output: { format: 'cjs', entryFileNames: '[name].cjs', exports: 'named' },
    },
  },
});
