/** Virtual ms per real ms that people can choose from. */
export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

/** Real ms that one step may be worth: a thread that slept does not have to catch up. */
const LONGEST_STEP = 250;

/** Where virtual time ought to be: real time × speed while it runs. It is told the real time and never looks itself. */
export class Pace {
  #speed = 1;
  #running = true;
  #virtual = 0;
  #last: number | undefined;

  get speed(): number {
    return this.#speed;
  }

  /** @param speed virtual ms per real ms; held between the slowest and the fastest of SPEEDS */
  set speed(speed: number) {
    this.#speed = Math.min(SPEEDS[SPEEDS.length - 1] as number, Math.max(SPEEDS[0], speed));
  }

  get running(): boolean {
    return this.#running;
  }

  set running(running: boolean) {
    this.#running = running;
  }

  /** Virtual ms since the run's start. */
  get now(): number {
    return this.#virtual;
  }

  /** @param real ms on a clock that never goes back. @returns the virtual time (ms) that the run should get to */
  advance(real: number): number {
    const passed = Math.min(LONGEST_STEP, real - (this.#last ?? real));
    this.#last = real;
    if (this.#running) this.#virtual += passed * this.#speed;
    return this.#virtual;
  }

  /** The run got to another time (ms): it could not keep up, made a step, or begins anew. */
  set(virtual: number): void {
    this.#virtual = virtual;
  }
}
