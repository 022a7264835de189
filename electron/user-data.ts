import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { app } from 'electron';

/** Chromium's data, and with it the single-instance lock, go where the settings are: one folder holds all there is. */
export function keepDataBeside(settingsFile: string): void {
  if (app.commandLine.hasSwitch('user-data-dir')) return;
  const folder = join(dirname(settingsFile), 'desktop');
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    app.setPath('userData', folder);
  } catch {
    // Without a place for its lock, Chromium would say that another one runs. Saving settings will say what is wrong.
    setTemporaryData();
  }
}

/** For a run that leaves the user's data alone. Chromium's few files stay in the system's temporary folder. */
export function setTemporaryData(): void {
  app.setPath('userData', mkdtempSync(join(tmpdir(), 'evenkeel-')));
}
