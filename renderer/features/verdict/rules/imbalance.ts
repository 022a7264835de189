import { count } from '../../../app/format.ts';
import { availableOf, type Situation } from '../situation.ts';
import type { Rule } from '../verdict.ts';
import { capital, inText, portion, sharedOut } from '../words.ts';

/** What the same origin is always chosen for. */
const KEYED: Readonly<Record<string, string>> = {
  'ip-hash': 'client',
  'path-hash': 'path',
  hash: 'key',
  'ring-hash': 'key',
  maglev: 'key',
  rendezvous: 'key',
};
const LEAST_REQUESTS = 100;
/** How far above its fair share the busiest has to be, as a ratio and in standard deviations of chance. */
const RATIO = 1.3;
const DEVIATIONS = 4;

/** Hashing is only as even as the keys are. */
export const imbalance: Rule = (situation) => {
  const key = KEYED[situation.lab.strategy.use];
  const available = availableOf(situation);
  const all = available.reduce((sum, { started }) => sum + started, 0);
  if (key === undefined || available.length < 2 || all < LEAST_REQUESTS) return [];
  const busiest = available.reduce((a, b) => (b.started / b.fair > a.started / a.fair ? b : a));
  const share = busiest.started / all;
  const chance = Math.sqrt((busiest.fair * (1 - busiest.fair)) / all);
  if (share < busiest.fair * RATIO || share < busiest.fair + DEVIATIONS * chance) return [];
  return [
    {
      id: `imbalance ${busiest.name}`,
      tone: 'calm',
      basis: 'figures',
      news: `${busiest.name} gets ${portion(share)} of the ${sharedOut(situation.requests.retries)}s, not ${portion(busiest.fair)}: ${inText(situation.title)} sends a ${key} always to the same origin.`,
      more: key === 'client' ? capital(reason(situation, busiest.fair, share)) : '',
    },
  ];
};

function reason({ lab }: Situation, fair: number, share: number): string {
  const { count: clients, popularity } = lab.lab.clients;
  if (clients === 1) return 'there is only one client.';
  if (popularity === 'uniform') {
    // As many as there are come out even: then it is something else.
    const byChance = DEVIATIONS * Math.sqrt((fair * (1 - fair)) / clients) >= share - fair;
    return byChance ? `${count(clients)} clients are too few to come out even.` : '';
  }
  let sum = 0;
  for (let rank = 1; rank <= clients; rank++) sum += rank ** -popularity.zipf;
  return `the busiest client alone makes ${portion(1 / sum)} of them.`;
}
