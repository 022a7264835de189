import { app, type BrowserWindow, dialog } from 'electron';
import type { Lab } from '../src/host/lab.ts';
import type { Settings } from '../src/protocol/command.ts';
import type { Transport } from '../src/protocol/transport.ts';
import { openDoor } from './ipc-door.ts';
import { openLabFile } from './lab-file.ts';
import { installMenu } from './menu.ts';
import { say, sentenceOf } from './say.ts';
import { createWindow } from './window.ts';

/**
 * The lab's window: its page is connected to the lab, the menu and a second start open other labs in it.
 *
 * @param starting the lab; the page loads while it starts, and who waits for it says why it did not
 */
export function showLab(electronFolder: string, starting: Promise<Lab>, theme: Settings['theme']): void {
  const window = createWindow(electronFolder, theme);
  const connect = async (transport: Transport): Promise<void> => {
    try {
      (await starting).connect(transport);
    } catch {
      transport.close();
    }
  };
  openDoor(window.webContents, (transport) => void connect(transport), say);

  const open = async (file: string): Promise<void> => {
    try {
      await openLabFile(await starting, file);
    } catch (error) {
      say(sentenceOf(error));
      await dialog.showMessageBox(window, { type: 'error', message: sentenceOf(error) });
    }
  };
  const choose = async (): Promise<void> => {
    const file = await chooseLabFile(window);
    if (file !== undefined) await open(file);
  };
  installMenu({ openLab: () => void choose() });
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
    const { labFile } = (data ?? {}) as { labFile?: unknown };
    if (typeof labFile === 'string') void open(labFile);
  });
}

async function chooseLabFile(window: BrowserWindow): Promise<string | undefined> {
  const chosen = await dialog.showOpenDialog(window, {
    properties: ['openFile'],
    filters: [{ name: 'Labs', extensions: ['yaml', 'yml', 'json'] }],
  });
  return chosen.filePaths[0];
}
