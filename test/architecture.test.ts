import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The rules of the design that neither the compiler nor the linter can keep. See docs/ARCHITECTURE.md. */
const root = resolve(import.meta.dirname, '..');

/** What each layer may import of the others. `electron/` and `renderer/` are layers of their own. */
const MAY_IMPORT = {
  'src/core': [],
  'src/protocol': ['src/core'],
  'src/simulation': ['src/core', 'src/protocol'],
  'src/engine': ['src/core', 'src/protocol'],
  'src/host': ['src/core', 'src/protocol', 'src/engine'],
  'src/web': ['src/core', 'src/protocol', 'src/host'],
  'src/cli': ['src/core', 'src/protocol', 'src/simulation', 'src/engine', 'src/host', 'src/web'],
  electron: ['src/core', 'src/protocol', 'src/host'],
  renderer: ['src/core', 'src/protocol', 'src/simulation'],
} as const;
type Layer = keyof typeof MAY_IMPORT;

/** Packages each layer may import; `node:` stands for Node's own modules. */
const PACKAGES: Readonly<Record<Layer, readonly RegExp[]>> = {
  'src/core': [],
  'src/protocol': [/^valibot$/, /^yaml$/],
  'src/simulation': [],
  'src/engine': [/^node:/, /^http-proxy$/],
  'src/host': [/^node:/],
  'src/web': [/^node:/, /^ws$/],
  'src/cli': [/^node:/],
  electron: [/^node:/, /^electron$/, /^electron-updater$/],
  renderer: [
    /^react(-dom)?(\/.+)?$/,
    /^@base-ui\/react/,
    /^@fontsource-variable\//,
    /^@tanstack\/react-virtual$/,
    /^recharts$/,
    /^zustand(\/.+)?$/,
  ],
};

/** Files over the limit that are better as one, each with the reason. */
const LONG_FILES: Readonly<Record<string, string>> = {};
const MAX_LINES = 300;
/** A suite is a list and reads like one. */
const MAX_TEST_LINES = 350;

/** Files outside electron/ that hold code for inside it. */
const ELECTRON_CODE: Readonly<Record<string, string>> = {
  'scripts/electron-packed.mjs': 'writes the default app of the Electron that tests run',
};

interface Source {
  readonly path: string;
  readonly layer: Layer | undefined;
  readonly text: string;
  /** What it imports, as written. */
  readonly imports: readonly string[];
}

function git(...args: string[]): string[] {
  const output = execFileSync('git', ['-C', root, ...args, '-z'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return output.split('\0').filter(Boolean);
}

/** Comments would be found where code is looked for; what looks like one inside a string stays. */
function withoutComments(text: string): string {
  const stringOrComment = /(["'])(?:\\.|(?!\1)[^\\\n])*\1|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(stringOrComment, (found) => (found.startsWith('/') ? '' : found));
}

function importsOf(code: string): string[] {
  const patterns = [
    /\b(?:import|export)\s+(?:type\s+)?(?:[\w*{}\s,$]+\s+from\s+)?(['"])([^'"\n]+)\1/g,
    /\b(?:import|require)\s*\(\s*(['"`])([^'"`\n]+)\1/g,
    /\bnew\s+URL\s*\(\s*(['"])(\.[^'"\n]+)\1\s*,\s*import\.meta/g,
  ];
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[2] ?? ''));
}

/** Tracked files and new ones: a rule has to hold before the commit. */
const files = git('ls-files', '--cached', '--others', '--exclude-standard').filter((path) => {
  try {
    readFileSync(join(root, path));
    return true;
  } catch {
    return false; // deleted and not yet committed
  }
});
const sources: readonly Source[] = files
  .filter((path) => /\.(ts|tsx|mts|cts|mjs|js)$/.test(path) && !path.endsWith('.d.ts'))
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const layer = (Object.keys(MAY_IMPORT) as Layer[]).find((name) => path.startsWith(`${name}/`));
    return { path, layer, text, imports: importsOf(withoutComments(text)) };
  });
const inLayer = (layer: Layer): readonly Source[] => sources.filter((source) => source.layer === layer);

/** Where a relative import leads, from the root; undefined for a package. */
function targetOf(source: Source, specifier: string): string | undefined {
  return specifier.startsWith('.') ? normalize(join(dirname(source.path), specifier)) : undefined;
}

const filesImporting = (specifier: string): string[] =>
  sources.filter((source) => source.layer && source.imports.includes(specifier)).map((source) => source.path);

describe('the scan', () => {
  it('reads imports however they are written', () => {
    const code = withoutComments(`
      import a from 'a'; import type { B } from "b"; import 'c'; export * from 'd'; export { e } from 'e';
      import f, { type F, g as h } from './f.ts'; import * as i from 'i'; const j = await import('j'); require("k");
      import {
        l,
      } from 'l'; new URL('./m.ts', import.meta.url); // import 'comment'
      /* import 'comment' */ const url = 'http://n', glob = '**/*'; import 'p'; const end = '*/'; export type { O } from 'o';
    `);
    expect(importsOf(code).sort()).toEqual(['./f.ts', './m.ts', 'a', 'b', 'c', 'd', 'e', 'i', 'j', 'k', 'l', 'o', 'p']);
  });

  it.each(Object.keys(MAY_IMPORT) as Layer[])('found files in %s', (layer) => {
    expect(inLayer(layer).length).toBeGreaterThan(0);
  });

  it('knows every layer there is', () => {
    const layers = new Set(
      sources.filter(({ path }) => path.startsWith('src/')).map(({ path }) => path.split('/').slice(0, 2).join('/')),
    );
    expect([...layers].filter((layer) => !Object.hasOwn(MAY_IMPORT, layer))).toEqual([]);
  });
});

describe('imports', () => {
  it.each(Object.keys(MAY_IMPORT) as Layer[])('of %s lead downwards only', (layer) => {
    const allowed: readonly string[] = [layer, ...MAY_IMPORT[layer]];
    const wrong = inLayer(layer).flatMap((source) =>
      source.imports
        .filter((specifier) => {
          const target = targetOf(source, specifier);
          if (target === undefined) return !PACKAGES[layer].some((pattern) => pattern.test(specifier));
          return !allowed.some((name) => target.startsWith(`${name}/`));
        })
        .map((specifier) => `${source.path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('of electron stay inside electron/', () => {
    const wrong = sources.filter(
      ({ path, imports }) =>
        !/^(electron|test)\//.test(path) &&
        !Object.hasOwn(ELECTRON_CODE, path) &&
        imports.some((specifier) => /^electron(\/|$)/.test(specifier)),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
    expect(filesImporting('electron').length).toBeGreaterThan(0);
  });

  it('of ipcMain are in one file, the door', () => {
    const users = inLayer('electron').filter(({ text }) => /\bipcMain\b/.test(withoutComments(text)));
    expect(users.map(({ path }) => path)).toEqual(['electron/ipc-door.ts']);
  });

  it('of http-proxy are in one folder', () => {
    const importing = filesImporting('http-proxy');
    expect(importing.length).toBeGreaterThan(0);
    for (const file of importing) expect(file).toMatch(/^src\/engine\/http-proxy\//);
  });

  it('of our own files say the extension, so that Node and every tool resolve them alike', () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .filter((specifier) => source.layer && specifier.startsWith('.') && !/\.\w+(\?\w+)?$/.test(specifier))
        .map((specifier) => `${source.path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the pure layers', () => {
  const IMPURE =
    /\b(Date\.now|new Date\(|Math\.random|performance\.now|setTimeout|setInterval|setImmediate|process\.|crypto\.)/;

  it.each(['src/core', 'src/simulation'] as const)(
    '%s has no clock, no randomness and no timer of its own',
    (layer) => {
      const wrong = inLayer(layer).flatMap(({ path, text }) => {
        const found = IMPURE.exec(withoutComments(text));
        return found ? [`${path} uses ${found[1]}`] : [];
      });
      expect(wrong).toEqual([]);
    },
  );
});

describe('files', () => {
  it('export what they hold: there are no barrels', () => {
    const barrels = sources.filter(({ path, layer, text }) => {
      if (!layer) return false;
      const code = withoutComments(text).trim();
      return (
        /(^|\/)index\.tsx?$/.test(path) ||
        (code !== '' && /^(export\s+(type\s+)?(\*|\{[^}]*\})(\s+as\s+\w+)?\s+from\s+['"][^'"]+['"];?\s*)+$/.test(code))
      );
    });
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });

  it('export nothing that no other file names', () => {
    const named = new Map(sources.map(({ path, text }) => [path, new Set(withoutComments(text).match(/\w+/g))]));
    const unused = sources
      .filter(({ path, layer }) => layer || path.startsWith('test/support/'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/^export (?:async )?(?:abstract )?(?:function\*?|const|let|class|interface|type) (\w+)/gm)]
          .map((match) => match[1] ?? '')
          .filter((name) => ![...named].some(([other, names]) => other !== path && names.has(name)))
          .map((name) => `${path} exports ${name}`),
      );
    expect(unused).toEqual([]);
  });

  it('are named in kebab-case', () => {
    const wrong = sources.filter(({ path }) => !/(^|\/)[a-z0-9]+([.-][a-z0-9]+)*\.[a-z]+$/.test(path));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it(`stay under ${MAX_LINES} lines`, () => {
    const long = sources
      .filter(({ path, text }) => text.split('\n').length - 1 > (path.startsWith('test/') ? MAX_TEST_LINES : MAX_LINES))
      .map(({ path }) => path);
    expect(long.filter((path) => !Object.hasOwn(LONG_FILES, path))).toEqual([]);
    expect(Object.keys(LONG_FILES).filter((path) => !long.includes(path))).toEqual([]); // the list only ever shrinks
  });

  it('say nothing about the machine they were written on', () => {
    const BINARY = /\.(png|ico|icns|woff2)$/;
    const wrong = files
      .filter((path) => !BINARY.test(path) && path !== 'test/architecture.test.ts')
      .flatMap((path) => {
        const found = /(?:\/home\/[\w.-]+\/|\/Users\/[\w.-]+\/|\/root\/|\/work\/|[A-Z]:\\Users\\)/.exec(
          readFileSync(join(root, path), 'utf8'),
        );
        return found ? [`${path}: ${found[0]}`] : [];
      });
    expect(wrong).toEqual([]);
  });
});

describe('the screen', () => {
  const modules = files.filter((path) => /^renderer\/.*\.module\.css$/.test(path));

  it('has a style for each class it names, and names each class that has one', () => {
    expect(modules.length).toBeGreaterThan(0);
    const wrong = modules.flatMap((path) => {
      const css = readFileSync(join(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|:global\(.*?\)+/g, '');
      const classes = new Set([...css.matchAll(/\.([a-zA-Z]\w*)(?=[^{}]*\{)/g)].map((match) => match[1] ?? ''));
      const users = sources.filter((source) => source.imports.some((each) => targetOf(source, each) === path));
      const named = users.flatMap(({ text }) => {
        const styles = new RegExp(`import (\\w+) from '[^']*${basename(path)}'`).exec(text)?.[1];
        return [...text.matchAll(new RegExp(`(?<![\\w/])${styles}(?:\\.(\\w+)|\\[)`, 'g'))].map((match) => match[1]);
      });
      // What is looked up by a word that is only known later may be any of them.
      const unnamed = named.includes(undefined) ? [] : [...classes].filter((name) => !named.includes(name));
      const absent = named.filter((name) => name !== undefined && !classes.has(name));
      return [
        ...unnamed.map((name) => `${path}: nobody names ${name}`),
        ...absent.map((name) => `${path} has no ${name}`),
      ];
    });
    expect(wrong).toEqual([]);
  });
});

describe('package-lock.json', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
  };
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

  it('pins every package by its content', () => {
    expect(packages.length).toBeGreaterThan(0);
    // What another package bundles has no entry in a registry of its own.
    expect(
      packages.filter(([, entry]) => !entry.integrity && !('inBundle' in entry) && !entry.link).map(([path]) => path),
    ).toEqual([]);
  });

  it('names no registry, so that everybody uses their own', () => {
    expect(packages.filter(([, { resolved }]) => resolved && /^https?:/.test(resolved)).map(([path]) => path)).toEqual(
      [],
    );
  });
});
