import { ENOUGH } from '../situation.ts';
import type { Rule } from '../verdict.ts';
import { portion } from '../words.ts';

/** ms looked back on, and how often an origin has to come back in it. */
const OVER = 60_000;
const OFTEN = 2;

/** An origin that comes and goes. */
export const flapping: Rule = ({ lab, origins, lastTen, now }) => {
  const returns = new Map<string, number>();
  for (const { kind, origin, at } of lab.timeline) {
    if (kind === 'returned' && origin !== undefined && at > now - OVER)
      returns.set(origin, (returns.get(origin) ?? 0) + 1);
  }
  const view = origins.find(({ name, state }) => state.available && (returns.get(name) ?? 0) >= OFTEN);
  if (!view) return [];
  const failed = lastTen.ended >= ENOUGH && lastTen.failed > 0;
  return [
    {
      id: `flapping ${view.name}`,
      tone: 'warn',
      basis: 'state',
      news: `${view.name} comes and goes: it came back ${returns.get(view.name)} times in the last minute.`,
      more: failed ? `${portion(lastTen.failed / lastTen.ended)} of the last 10 s’ requests failed.` : '',
      ...(lab.lab.health.passive === 'off' && { remedy: { policies: true } }),
    },
  ];
};
