/** What a client is given, in ms, before its connection is closed. */

/** ms a client may be silent between two requests (nginx's default). */
export const KEEP_ALIVE_MS = 75_000;
/** ms from a header block's first byte to its last: a client that sends a byte a minute is cut off. */
export const HEAD_MS = 20_000;
/** ms between two pieces of a body. */
export const BODY_MS = 30_000;
/** ms in which a client has to take what is there for it (nginx's `send_timeout`): one that reads nothing would hold its origin for ever. */
export const SEND_MS = 60_000;
/** ms that are left to a client to read why it was refused, counted anew with each piece of what it still sends, which is thrown away. */
export const LINGER_MS = 1000;
/** The same in all (nginx's `lingering_time`): most clients read nothing before their whole upload is sent. */
export const LONGEST_LINGER_MS = 30_000;
