import { EvenkeelError } from '../core/errors.ts';

/** Where the system lets several sockets listen on one port and shares connections out among them (SO_REUSEPORT). */
const SYSTEMS: ReadonlySet<string> = new Set(['linux', 'freebsd', 'dragonfly', 'sunos', 'aix']);

/** Node's `reusePort` came with 22.12 and 23.1. */
function hasReusePort(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

/**
 * Whether so many threads can listen on one port here.
 * @throws EvenkeelError `not-allowed` when they cannot
 */
export function requireThreads(
  threads: number,
  node = process.versions.node,
  platform: string = process.platform,
): void {
  if (threads > 1 && !(hasReusePort(node) && SYSTEMS.has(platform))) throw unsupported(threads, node, platform);
}

/** The error that says what several threads on one port need. */
export function unsupported(
  threads: number,
  node = process.versions.node,
  platform: string = process.platform,
): EvenkeelError {
  return new EvenkeelError(
    'not-allowed',
    `threads: ${threads} needs Node 22.12 or newer on Linux; this is Node ${node} on ${platform}. Leave it out, or use threads: 1.`,
  );
}
