import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { app, dialog } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noUpdatesBecause, type Updater, Updates, updatesSentence } from '../../../electron/updates.ts';

vi.mock('electron', () => ({
  app: { isPackaged: true, getVersion: () => '1.0.0' },
  dialog: { showMessageBox: vi.fn() },
}));

/** What happened, in its order. */
let steps: string[];
let answers: number[];
const window = { isDestroyed: () => false, setProgressBar: (share: number) => steps.push(`bar ${share}`) } as never;

beforeEach(() => {
  steps = [];
  answers = [];
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.mocked(dialog.showMessageBox)
    .mockReset()
    .mockImplementation((async (_window: unknown, { message }: { message: string }) => {
      steps.push(message);
      return { response: answers.shift() ?? 0, checkboxChecked: false };
    }) as never);
});
afterEach(() => vi.restoreAllMocks());

function updater(version: string | undefined, change: Partial<Updater> = {}) {
  let progress: ((value: { percent: number }) => void) | undefined;
  const made: Updater = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    logger: console,
    async checkForUpdates() {
      steps.push(`check (by itself: ${made.autoDownload || made.autoInstallOnAppQuit})`);
      return version === undefined ? null : { isUpdateAvailable: version !== '1.0.0', updateInfo: { version } };
    },
    async downloadUpdate() {
      steps.push('load');
      progress?.({ percent: 50 });
    },
    quitAndInstall: () => void steps.push('install'),
    on: (_event, listener) => {
      progress = listener;
    },
    removeListener: () => {
      progress = undefined;
    },
    ...change,
  };
  return made;
}
const check = (from: Updater): Promise<void> =>
  new Updates(
    async () => void steps.push('lab stopped'),
    () => from,
  ).check(window);

describe('an update', () => {
  it('is looked for, loaded and installed when the user says so, each time', async () => {
    await check(updater('1.1.0'));
    expect(steps).toEqual([
      'check (by itself: false)',
      'Evenkeel 1.1.0 is there',
      'load',
      'bar 0.5',
      'bar -1',
      'Evenkeel 1.1.0 is loaded',
      'lab stopped',
      'install',
    ]);
  });

  it.each([
    [[1], 'Evenkeel 1.1.0 is there'],
    [[0, 1], 'Evenkeel 1.1.0 is loaded'],
  ])('goes no further than the user wants (buttons: %j)', async (given, last) => {
    answers = given;
    await check(updater('1.1.0'));
    expect(steps.at(-1)).toBe(last);
  });

  it.each([['1.0.0'], [undefined]])('that is none is said (latest: %s)', async (latest) => {
    await check(updater(latest));
    expect(steps.slice(1)).toEqual(['Evenkeel is up to date']);
  });

  it('that cannot be had changes nothing and is said in a line, and can be looked for again', async () => {
    const checkForUpdates = vi.fn().mockRejectedValue(new Error('net::ERR_INTERNET_DISCONNECTED\n    at a\n    at b'));
    const updates = new Updates(
      async () => void steps.push('lab stopped'),
      () => updater('1.1.0', { checkForUpdates }),
    );
    await updates.check(window);
    await updates.check(window);
    expect(steps).toEqual(['There was no update', 'There was no update']);
    const [, { detail }] = vi.mocked(dialog.showMessageBox).mock.calls[0] as unknown as [unknown, { detail: string }];
    expect(detail).toBe('net::ERR_INTERNET_DISCONNECTED\n\nNothing was changed.');
  });

  it('that breaks off while it is loaded leaves no bar behind', async () => {
    await check(updater('1.1.0', { downloadUpdate: () => Promise.reject(new Error('sha512 checksum mismatch')) }));
    expect(steps.slice(-2)).toEqual(['bar -1', 'There was no update']);
  });

  it('is looked for once at a time', async () => {
    const checkForUpdates = vi.fn(async () => null);
    const updates = new Updates(
      async () => undefined,
      () => updater(undefined, { checkForUpdates }),
    );
    await Promise.all([updates.check(window), updates.check(window)]);
    expect(checkForUpdates).toHaveBeenCalledOnce();
  });
});

describe('a copy of the program', () => {
  let resources: string;
  beforeEach(() => {
    resources = mkdtempSync(join(tmpdir(), 'evenkeel-resources-'));
  });
  afterEach(() => rmSync(resources, { recursive: true }));

  it.each([
    [true, true, undefined, 'Updates when you ask for them'],
    [true, false, 'it is not signed', 'No updates by itself: it is not signed'],
    [false, true, 'it runs from its sources', 'No updates by itself: it runs from its sources'],
  ])('that is packaged: %s, and told where updates are: %s', (packaged, told, reason, sentence) => {
    (app as { isPackaged: boolean }).isPackaged = packaged;
    if (told) writeFileSync(join(resources, 'app-update.yml'), 'provider: github\n');
    expect(noUpdatesBecause(resources)).toBe(reason);
    expect(updatesSentence(reason)).toBe(sentence);
  });
});
