import { afterAll, expect, test } from 'vitest';
import { failoverStory, installed } from '../../bench/failover-story.mjs';
import { endAll } from '../../bench/servers.mjs';

/** `npm run bench:failover` with short phases: what it reports has to hold. */
afterAll(() => endAll());

test(`no GET is lost when an origin is killed, frozen or restarted, and never more than by ${installed.slice(1).join(' or ') || 'others'}`, async () => {
  const accounts = await failoverStory({ phase: 4, rate: 120 });
  const [ours, ...others] = accounts;
  expect(ours?.name).toBe('Evenkeel');
  expect(ours?.sent).toBeGreaterThan(2000);
  expect(ours?.faults.map(({ what }) => what)).toEqual(['killed', 'started again', 'frozen', 'thawed', 'restarted']);
  expect({ failed: ours?.failed, reasons: ours?.reasons }).toEqual({ failed: 0, reasons: {} });
  for (const other of others) expect(ours?.failed, other.name).toBeLessThanOrEqual(other.failed);
  // An origin that works again is used again.
  expect(ours?.faults.find(({ what }) => what === 'started again')?.back).toBeGreaterThan(0);
}, 180_000);
