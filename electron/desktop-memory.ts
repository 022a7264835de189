import { readJsonFile, writeJsonFile } from '../src/host/json-file.ts';
import { placementOf, type WindowPlacement } from './window-placement.ts';

const MAX_RECENT = 10;

/** What the desktop remembers from one run to the next, beside the settings: where its window was, and the labs opened last. */
export class DesktopMemory {
  readonly #file: string;
  #window: WindowPlacement | undefined;
  #recentLabs: readonly string[];

  /** Never throws: what cannot be read is forgotten. */
  static async load(file: string): Promise<DesktopMemory> {
    const read = await readJsonFile(file);
    const value = read !== 'absent' && 'value' in read ? (read.value as Record<string, unknown>) : {};
    return new DesktopMemory(file, value);
  }

  private constructor(file: string, { window, recentLabs }: Record<string, unknown>) {
    this.#file = file;
    this.#window = placementOf(window);
    const paths = Array.isArray(recentLabs) ? recentLabs.filter((path) => typeof path === 'string') : [];
    this.#recentLabs = [...new Set(paths)].slice(0, MAX_RECENT);
  }

  get window(): WindowPlacement | undefined {
    return this.#window;
  }

  /** Absolute paths, the latest first. */
  get recentLabs(): readonly string[] {
    return this.#recentLabs;
  }

  labOpened(file: string): Promise<void> {
    this.#recentLabs = [file, ...this.#recentLabs.filter((path) => path !== file)].slice(0, MAX_RECENT);
    return this.#save();
  }

  labGone(file: string): Promise<void> {
    this.#recentLabs = this.#recentLabs.filter((path) => path !== file);
    return this.#save();
  }

  forgetLabs(): Promise<void> {
    this.#recentLabs = [];
    return this.#save();
  }

  windowWas(placement: WindowPlacement): Promise<void> {
    this.#window = placement;
    return this.#save();
  }

  /** On a disk that cannot be written to, things are as they were: nobody has to be told. */
  #save(): Promise<void> {
    return writeJsonFile(this.#file, { window: this.#window, recentLabs: this.#recentLabs }).catch(() => undefined);
  }
}
