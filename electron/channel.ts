/**
 * The two IPC channels there are. A type and no constants: the preload is sandboxed and could not load a chunk that the
 * bundler shared between it and the main process.
 */
export type Channel =
  /** Page to main, without a payload: a page listens, connect it to the lab. */
  | 'evenkeel:open'
  /** Both ways: one message of the connection. */
  | 'evenkeel:message';
