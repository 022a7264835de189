import { cpus } from 'node:os';

/** How busy this machine's processors are from its making on, with whatever runs on them. */
export class ProcessorUse {
  readonly #before = times();

  /** 0–1; NaN before any time has passed, or where the system does not tell. */
  get share(): number {
    const now = times();
    return 1 - (now.idle - this.#before.idle) / (now.all - this.#before.all);
  }
}

function times(): { readonly idle: number; readonly all: number } {
  let [idle, all] = [0, 0];
  for (const { times: each } of cpus()) {
    idle += each.idle;
    all += Object.values(each).reduce((sum, time) => sum + time, 0);
  }
  return { idle, all };
}
