import { basename } from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import { writeWhole } from '../src/host/whole-file.ts';
import { labFileName } from '../src/protocol/lab-file-name.ts';
import { say, sentenceOf } from './say.ts';

const LABS = [{ name: 'Labs', extensions: ['yaml', 'yml', 'json'] }];
/** A dialog cannot be scrolled. */
const MOST_LINES = 12;

/** The lab file that the user chooses; undefined when none. */
export async function chooseLabFile(window: BrowserWindow): Promise<string | undefined> {
  const chosen = await dialog.showOpenDialog(window, { properties: ['openFile'], filters: LABS });
  return chosen.filePaths[0];
}

/** Writes a lab where the user says; answers where, or undefined. @throws an Error that says why it could not */
export async function saveLabFile(window: BrowserWindow, name: string, text: string): Promise<string | undefined> {
  const { filePath } = await dialog.showSaveDialog(window, { defaultPath: labFileName(name), filters: LABS });
  if (!filePath) return undefined;
  try {
    await writeWhole(filePath, text);
  } catch (error) {
    throw new Error(`${basename(filePath)} could not be saved: ${sentenceOf(error)}.`, { cause: error });
  }
  return filePath;
}

/** Tells the user, and whoever reads the terminal, what went wrong. */
export async function showProblem(window: BrowserWindow, headline: string, error: unknown): Promise<void> {
  const text = sentenceOf(error);
  say(text);
  const lines = text.split('\n');
  const detail =
    lines.length > MOST_LINES
      ? [...lines.slice(0, MOST_LINES), `… and ${lines.length - MOST_LINES} more.`].join('\n')
      : text;
  await dialog.showMessageBox(window, { type: 'error', title: 'Evenkeel', message: headline, detail });
}
