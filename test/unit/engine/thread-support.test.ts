import { describe, expect, it } from 'vitest';
import { requireThreads } from '../../../src/engine/thread-support.ts';

describe('several threads on one port', () => {
  it.each([
    ['22.12.0', 'linux'],
    ['23.1.0', 'linux'],
    ['24.0.0', 'freebsd'],
  ])('are to be had with Node %s on %s', (node, platform) => {
    expect(() => requireThreads(64, node, platform)).not.toThrow();
  });

  it.each([
    ['18.15.0', 'linux'],
    ['22.11.0', 'linux'],
    ['23.0.0', 'linux'],
    ['24.0.0', 'darwin'],
    ['24.0.0', 'win32'],
  ])('are refused with Node %s on %s, in one sentence that says what is needed', (node, platform) => {
    expect(() => requireThreads(4, node, platform)).toThrow(
      `threads: 4 needs Node 22.12 or newer on Linux; this is Node ${node} on ${platform}. Leave it out, or use threads: 1.`,
    );
    expect(() => requireThreads(1, node, platform)).not.toThrow();
  });
});
