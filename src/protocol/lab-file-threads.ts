import { strategyDefinition } from '../core/strategies/registry.ts';
import type { LabDefinition } from './lab.ts';
import type { Finding } from './lab-file-fields.ts';

/** What several threads would have to share to be as one, and what they do not. */
type Shared = Pick<LabDefinition, 'threads' | 'strategy' | 'sticky' | 'limits' | 'loadInfo' | 'origins'>;

/**
 * What a lab with several threads cannot have, as the threads would not do it as one: better refused than wrong in a way that nobody
 * sees. Nothing for a lab with one.
 */
export function conflictsWithThreads(lab: Shared): Finding[] {
  const { threads, strategy, sticky, loadInfo } = lab;
  if (threads === 1) return [];
  const found: Finding[] = [];
  const refuse = (path: Finding['path'], what: string, instead: string): void => {
    found.push({ path, message: `threads: ${threads} does not go with ${what}; ${instead}, or use threads: 1.` });
  };
  const why = strategyDefinition(strategy.use).oneThread?.(strategy);
  if (why !== undefined) refuse(['strategy'], `${strategy.use}, which ${why}`, 'choose another strategy');
  if (sticky !== 'off' && hasLimits(lab)) {
    refuse(
      ['sticky'],
      'sticky and limits together, as clients would wait for their origin in each thread apart',
      'leave one out',
    );
  }
  if (loadInfo.every > 0) refuse(['loadInfo'], 'loadInfo, as threads would not refresh at once', 'leave it out');
  return found;
}

/** Whether a request may have to wait. */
function hasLimits({ limits, origins }: Shared): boolean {
  const all = [limits.maxInFlight, limits.total, ...origins.map(({ maxInFlight = 'unlimited' }) => maxInFlight)];
  return all.some((limit) => limit !== 'unlimited');
}
