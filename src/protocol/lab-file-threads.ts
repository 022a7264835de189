import { strategyDefinition } from '../core/strategies/registry.ts';
import type { LabDefinition } from './lab.ts';
import type { Finding } from './lab-file-fields.ts';

/** More than any machine that this is for has processors. */
export const MOST_THREADS = 64;

/** What several threads would have to share to be as one, and what they do not. */
type Shared = Pick<LabDefinition, 'threads' | 'strategy' | 'sticky' | 'breaker' | 'limits' | 'loadInfo' | 'origins'>;

/**
 * What a lab with several threads cannot have, as the threads would not do it as one: better refused than wrong in a way that nobody
 * sees. Nothing for a lab with one.
 */
export function conflictsWithThreads({
  threads,
  strategy,
  sticky,
  breaker,
  limits,
  loadInfo,
  origins,
}: Shared): Finding[] {
  if (threads === 1) return [];
  const found: Finding[] = [];
  const refuse = (path: Finding['path'], what: string, instead: string): void => {
    found.push({ path, message: `threads: ${threads} does not go with ${what}; ${instead}, or use threads: 1.` });
  };
  const why = strategyDefinition(strategy.use).oneThread?.(strategy);
  if (why !== undefined) refuse(['strategy'], `${strategy.use}, which ${why}`, 'choose another strategy');
  if (sticky !== 'off') refuse(['sticky'], 'sticky, as each thread signs its cookies by itself', 'switch it off');
  if (breaker !== 'off') {
    refuse(['breaker'], 'the circuit breaker, which has to see every request in one place', 'switch it off');
  }
  if (loadInfo.every > 0) refuse(['loadInfo'], 'loadInfo, as threads would not refresh at once', 'leave it out');
  if (limits.maxInFlight !== 'unlimited' || limits.total !== 'unlimited') {
    refuse(['limits'], 'limits, as each thread would have a queue of its own', 'leave them out');
  }
  origins.forEach(({ maxInFlight = 'unlimited' }, index) => {
    if (maxInFlight === 'unlimited') return;
    refuse(['origins', index], 'maxInFlight, as each thread would have a queue of its own', 'leave it out');
  });
  return found;
}
