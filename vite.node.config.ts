import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

/**
 * Everything that runs in Node or Electron's main process: one CommonJS file per entry, for Node 18 (Electron 25's) and up.
 * Nothing is left to resolve at run time but Node's own modules and `electron`.
 */
export default defineConfig({
  // Vite takes the code for a page's and would put an empty object in its place.
  define: { 'process.env': 'process.env' },
  // Without these Vite takes the browser's half of packages that have one (ws).
  resolve: { conditions: ['node', 'import', 'require', 'default'], mainFields: ['module', 'main'] },
  build: {
    target: 'node18',
    outDir: 'dist',
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    reportCompressedSize: false,
    license: { fileName: 'node/licenses.md' },
    rolldownOptions: {
      platform: 'node',
      external: ['electron', ...builtinModules, /^node:/],
      input: {
        'node/cli': 'src/cli/main.ts',
        'node/sweep': 'src/cli/sweep-worker.ts',
        'node/engine': 'src/engine/worker.ts',
        'node/traffic': 'src/engine/traffic-worker.ts',
        'node/origin': 'src/engine/origin-process.ts',
        'electron/main': 'electron/main.ts',
      },
      output: {
        format: 'cjs',
        entryFileNames: '[name].cjs',
        chunkFileNames: 'node/shared/[name]-[hash].cjs',
        exports: 'auto',
      },
    },
  },
  ssr: { noExternal: true },
});
