import { describe, expect, it } from 'vitest';
import { labFileOf, wantsSmokeTest } from '../../../electron/start-arguments.ts';

const apps = ['/app/dist/electron/main.cjs', '/app'];

describe('the lab file on a command line', () => {
  it.each([
    ['none', ['electron', 'dist/electron/main.cjs'], undefined],
    ['none in a packaged app', ['/opt/Evenkeel/evenkeel'], undefined],
    ['relative to where the user is', ['electron', 'dist/electron/main.cjs', 'slow.yaml'], '/app/slow.yaml'],
    ['after the folder of the app', ['electron', '.', 'labs/slow.yaml'], '/app/labs/slow.yaml'],
    ['absolute', ['/opt/Evenkeel/evenkeel', '/labs/slow.yaml'], '/labs/slow.yaml'],
    [
      "among Electron's options",
      ['electron', '--inspect=0', '--no-sandbox', '/app/dist/electron/main.cjs', '--x', 'slow.yaml'],
      '/app/slow.yaml',
    ],
  ])('%s', (_what, argv, expected) => {
    expect(labFileOf(argv, '/app', apps)).toBe(expected);
  });

  it('is one: several are an error that names them', () => {
    expect(() => labFileOf(['evenkeel', 'a.yaml', 'b.yaml'], '/app', apps)).toThrow(
      'Give one lab file, not 2: a.yaml, b.yaml.',
    );
  });

  it('may be a file: URL, which is how Linux desktops hand over a double click', () => {
    expect(labFileOf(['evenkeel', 'file:///labs/a%20b.yaml'], '/home', [])).toBe('/labs/a b.yaml');
    expect(() => labFileOf(['evenkeel', 'file://elsewhere/a.yaml'], '/home', [])).toThrow(
      'file://elsewhere/a.yaml is not a file on this machine.',
    );
  });
});

describe('the smoke test', () => {
  it('is asked for by its option, and by nothing else', () => {
    expect(wantsSmokeTest(['evenkeel', '--disable-gpu', '--smoke'])).toBe(true);
    expect(wantsSmokeTest(['--smoke', 'smoke', '--smoke-not'])).toBe(false);
  });
});
