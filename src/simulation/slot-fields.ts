/** What the record of an attempt holds, see `AttemptSlots`. Times, each in `times` at TIMES × slot plus this: */

/** When the request arrived at the balancer. */
export const ARRIVED_AT = 0;
/** When this attempt began. */
export const BEGUN_AT = 1;
/** When its service ends, or its pause. */
export const ENDS_AT = 2;
/** Its place in the origin's queue, see `ServiceQueue`. */
export const TICKET = 3;

/** Whole numbers, each in `numbers` at NUMBERS × slot plus this; the first eight would be where the times are: */

/** Number of the origin. */
export const ORIGIN = 8;
/** Number of the client; -1: nobody has asked yet. */
export const CLIENT = 9;
/** Number of the closed loop's user; -1 for none. */
export const USER = 10;
/** Number of the page it is a call of; -1 for none. */
export const PAGE = 11;
/** Number of the path it asks for. */
export const PATH = 12;
/** Where it is: one of the places in `attempt-slots.ts`. */
export const PLACE = 13;
/** Tries of the request so far, this one included. */
export const ATTEMPT = 14;
/** 1: its request arrived after the warm-up. */
export const COUNTS = 15;
/** 1: whoever sent it has given up on it and only the origin still knows it. */
export const ABANDONED = 16;
/** What the answer will be when it is back: see `Ending`. */
export const OUTCOME = 17;

/** A record's size: 80 bytes, as times and as whole numbers (the last two of which are not used). */
export const TIMES = 10;
export const NUMBERS = 20;
