/** The kinds of events: an event is one of these plus KINDS × the number of an attempt, an origin or a user. */
export const COMPLETE = 0;
export const CHECKED = 1;
export const WAKE = 2;
export const THOUGHT = 3;
export const LATER = { reached: 4, returned: 5, paused: 6 } as const;
export const KIND_BITS = 3;
export const KINDS = 1 << KIND_BITS;
