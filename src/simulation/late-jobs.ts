import { type Attempt, OVERDUE } from './attempt.ts';

/** Attempts whose service is over, while their origin is frozen and cannot say so. */
export class LateJobs {
  readonly #late: Attempt[] = [];

  add(attempt: Attempt): void {
    attempt.place = OVERDUE;
    this.#late.push(attempt);
  }

  /** Those that were broken off are forgotten. */
  clear(): void {
    this.#late.length = 0;
  }

  /** Takes the one out whose service ended first; undefined: there is none that is still waited for. */
  takeSoonest(): Attempt | undefined {
    const late = this.#late;
    while (late.length > 0) {
      let best = 0;
      for (let index = 1; index < late.length; index++)
        if ((late[index] as Attempt).endsAt < (late[best] as Attempt).endsAt) best = index;
      const [attempt] = late.splice(best, 1);
      if (attempt?.place === OVERDUE) return attempt;
    }
    return undefined;
  }
}
