import type { Fault } from '../protocol/lab.ts';
import type { ProcessState } from '../protocol/state.ts';

/** What was done to an origin's process and is not undone; as in `ProcessState`. */
export class OriginFaults {
  slow = 1;
  errors = 0;
  hang = false;
  reset = false;

  get state(): ProcessState['faults'] {
    return { slow: this.slow, errors: this.errors, hang: this.hang, reset: this.reset };
  }

  /** One more; what ends a process, or stops it, is none of these. */
  add(fault: Fault): void {
    if (fault.do === 'slow') this.slow = fault.factor;
    else if (fault.do === 'errors') this.errors = fault.share;
    else if (fault.do === 'hang') this.hang = true;
    else if (fault.do === 'reset') this.reset = true;
  }

  forget(): void {
    this.slow = 1;
    this.errors = 0;
    this.hang = false;
    this.reset = false;
  }
}
