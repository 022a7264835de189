import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { app, type BrowserWindow } from 'electron';
import type { Lab } from '../src/host/lab.ts';
import type { Settings } from '../src/protocol/command.ts';
import type { DesktopMemory } from './desktop-memory.ts';
import { chooseLabFile, saveLabFile, showProblem } from './lab-dialogs.ts';
import { openLabFile } from './lab-file.ts';

/** What the user asks for outside the page: in the menu, by a double click or another start. What goes wrong is shown; nothing throws. */
export class LabActions {
  readonly #window: BrowserWindow;
  readonly #starting: Promise<Lab>;
  readonly #memory: DesktopMemory;
  readonly #onRecentLabs: () => void;

  /** @param onRecentLabs the list of the labs opened last has changed */
  constructor(window: BrowserWindow, starting: Promise<Lab>, memory: DesktopMemory, onRecentLabs: () => void) {
    this.#window = window;
    this.#starting = starting;
    this.#memory = memory;
    this.#onRecentLabs = onRecentLabs;
  }

  /** Runs a lab file in place of what runs. */
  open(file: string): Promise<void> {
    return this.#attempt(`${basename(file)} cannot be opened`, async (lab) => {
      try {
        await openLabFile(lab, file);
      } catch (error) {
        if (!existsSync(file)) await this.#memory.labGone(file).then(this.#onRecentLabs);
        throw error;
      }
      await this.#opened(file);
    });
  }

  /** Runs the lab file that the user chooses, if any. */
  async choose(): Promise<void> {
    const file = await chooseLabFile(this.#window);
    if (file !== undefined) await this.open(file);
  }

  save(): Promise<void> {
    return this.#attempt('The lab was not saved', async (lab) => {
      const file = await saveLabFile(this.#window, lab.state.lab.name, lab.labFile());
      if (file !== undefined) await this.#opened(file);
    });
  }

  changeSettings(change: Partial<Settings>): Promise<void> {
    return this.#attempt('The settings were not saved', async (lab) => {
      await lab.command({ command: 'save-settings', settings: { ...lab.state.settings, ...change } });
    });
  }

  async forgetRecent(): Promise<void> {
    app.clearRecentDocuments();
    await this.#memory.forgetLabs();
    this.#onRecentLabs();
  }

  async #opened(file: string): Promise<void> {
    app.addRecentDocument(file);
    await this.#memory.labOpened(file);
    this.#onRecentLabs();
  }

  async #attempt(headline: string, task: (lab: Lab) => Promise<void>): Promise<void> {
    try {
      await task(await this.#starting);
    } catch (error) {
      if (!this.#window.isDestroyed()) await showProblem(this.#window, headline, error);
    }
  }
}
