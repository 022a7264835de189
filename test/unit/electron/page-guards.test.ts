import { beforeEach, describe, expect, it } from 'vitest';
import { confine, denyPermissions } from '../../../electron/page-guards.ts';
import { type FakeContents, fakeContents, fakeNavigation, fakeSession } from './fake-electron.ts';
import { FOREIGN_URLS } from './hostile-urls.ts';

let contents: FakeContents;
beforeEach(() => {
  contents = fakeContents();
  confine(contents);
});

const denied = (name: string, url: string): boolean => {
  const event = fakeNavigation(url);
  contents.emit(name, event);
  return event.prevented;
};

describe.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('%s', (name) => {
  it.each(FOREIGN_URLS)('to %j is denied', (url) => {
    expect(denied(name, url)).toBe(true);
  });

  it.each(['app://lab/', 'app://lab/index.html', 'app://lab/#log'])('to our own %j is not', (url) => {
    expect(denied(name, url)).toBe(false);
  });
});

describe('a page', () => {
  it('cannot open a window, not even of its own origin', () => {
    expect(contents.windowOpenHandler()).toEqual({ action: 'deny' });
  });

  it('cannot attach a webview', () => {
    expect(denied('will-attach-webview', 'app://lab/')).toBe(true);
  });

  it('is granted no permission, whether it asks or looks', () => {
    const { session, handlers } = fakeSession();
    denyPermissions(session);
    const answers: boolean[] = [];
    const ask = handlers.setPermissionRequestHandler.mock.calls[0]?.[0];
    const look = handlers.setPermissionCheckHandler.mock.calls[0]?.[0];
    const device = handlers.setDevicePermissionHandler.mock.calls[0]?.[0];
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'openExternal',
      'hid',
    ] as const) {
      ask?.(contents, permission, (granted) => answers.push(granted), {} as never);
      answers.push(look?.(contents, permission, 'app://lab', {} as never) ?? true);
    }
    answers.push(device?.({} as never) ?? true);
    expect(answers).toEqual(Array(13).fill(false));
  });
});
