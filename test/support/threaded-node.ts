import { existsSync } from 'node:fs';
import { requireThreads } from '../../src/engine/thread-support.ts';

/**
 * A Node in which several threads can listen on one port: this one, or the one that `EVENKEEL_NODE24` names. A test without is to be
 * skipped with the reason.
 */
export function findThreadedNode(): { readonly path: string } | { readonly skipped: string } {
  try {
    requireThreads(2);
    return { path: process.execPath };
  } catch (error) {
    const named = process.env.EVENKEEL_NODE24;
    if (process.platform === 'linux' && named && existsSync(named)) return { path: named };
    return { skipped: `${(error as Error).message} Or name a newer Node in EVENKEEL_NODE24.` };
  }
}
