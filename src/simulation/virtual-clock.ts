/** The time of a run, the same object for all its parts: a number handed from function to function would cost more. */
export class VirtualClock {
  /** ms since the run began. */
  now = 0;
}
