import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The renderer: static files for `app://lab/` and for the web host, built for Chrome 114 (Electron 25's) and up. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    target: 'chrome114',
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // An inlined asset is a data: URL, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What is bundled is other people's work, and says so.
    license: { fileName: 'licenses.md' },
  },
});
