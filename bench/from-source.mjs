// What benchmarks take from the product's source, so that none of it stands a second time in a benchmark.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string[]} files below the project's folder @returns all that they export */
export async function fromSource(...files) {
  const out = mkdtempSync(join(tmpdir(), 'evenkeel-bench-source-'));
  try {
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: true,
        outDir: out,
        minify: false,
        rolldownOptions: {
          input: Object.fromEntries(files.map((file, index) => [`part${index}`, file])),
          output: { entryFileNames: '[name].mjs' },
        },
      },
      ssr: { noExternal: true },
    });
    const parts = files.map((_, index) => import(pathToFileURL(join(out, `part${index}.mjs`)).href));
    return Object.assign({}, ...(await Promise.all(parts)));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
