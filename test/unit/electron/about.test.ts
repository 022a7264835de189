import { clipboard, dialog, nativeImage } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { showAbout, versionsOf } from '../../../electron/about.ts';

vi.mock('electron', () => ({
  clipboard: { writeText: vi.fn() },
  dialog: { showMessageBox: vi.fn() },
  nativeImage: { createFromPath: vi.fn((path: string) => `image of ${path}`) },
}));

const about = { version: '1.2.3', icon: '/icon.png', updates: 'Updates: by hand' };
const window = {} as never;
beforeEach(() => {
  // Electron adds it to Node's.
  Object.assign(process, { getSystemVersion: () => '6.1' });
});
afterEach(() => {
  vi.clearAllMocks();
  Reflect.deleteProperty(process, 'getSystemVersion');
});

describe('the about box', () => {
  it('tells all that whoever reports a problem is asked for', () => {
    const text = versionsOf(about);
    for (const part of ['Evenkeel 1.2.3', `Node ${process.versions.node}`, 'Electron', 'Chromium', '6.1', 'Updates']) {
      expect(text).toContain(part);
    }
  });

  it.each([
    [0, 0],
    [1, 1],
  ])('copies it when the second button is pressed (pressed: %i)', async (response, copies) => {
    vi.mocked(dialog.showMessageBox).mockResolvedValue({ response, checkboxChecked: false });
    await showAbout(window, about);
    expect(dialog.showMessageBox).toHaveBeenCalledExactlyOnceWith(
      window,
      expect.objectContaining({ message: 'Evenkeel 1.2.3', buttons: ['OK', 'Copy'], icon: 'image of /icon.png' }),
    );
    expect(nativeImage.createFromPath).toHaveBeenCalledOnce();
    expect(clipboard.writeText).toHaveBeenCalledTimes(copies);
  });
});
