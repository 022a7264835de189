import { app } from 'electron';

/** What a second start hands to the first. */
export interface SecondStart {
  readonly labFile?: string | undefined;
}

/**
 * What the system asks a running Evenkeel for: a lab (a second start with one, on macOS a double click), or just its window.
 * Made before `ready`, as macOS names the file of a double click before there is a window.
 */
export class LabOpenings {
  #waiting: string | undefined;
  #listener: ((labFile: string | undefined) => void) | undefined;

  constructor() {
    app.on('open-file', (event, file) => {
      event.preventDefault();
      if (this.#listener) this.#listener(file);
      else this.#waiting = file;
    });
    app.on('second-instance', (_event, _argv, _cwd, data) => {
      const { labFile } = (data ?? {}) as { labFile?: unknown };
      this.#listener?.(typeof labFile === 'string' ? labFile : undefined);
    });
  }

  /** The lab that was asked for before anybody listened. */
  take(): string | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  /** @param listener gets the lab to open; undefined when only the window is wanted */
  onOpen(listener: (labFile: string | undefined) => void): void {
    this.#listener = listener;
    const waiting = this.take();
    if (waiting !== undefined) listener(waiting);
  }
}
