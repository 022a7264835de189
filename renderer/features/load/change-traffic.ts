import type { TrafficDefinition } from '../../../src/protocol/lab.ts';
import type { LabClient } from '../../app/lab-client.ts';
import { Newest } from '../../app/newest.ts';

/** One for each lab: the load is changed from several places, and each builds on what any of them asked for last. */
const asked = new WeakMap<LabClient, Newest<TrafficDefinition>>();

/** Changes the lab's traffic: `make` is given what it is, or is about to be, and answers what it shall be. */
export function changeTraffic(client: LabClient, make: (newest: TrafficDefinition) => TrafficDefinition): void {
  const { lab } = client.store.getState();
  if (!lab) return;
  const newest = asked.get(client) ?? follow(client, lab.lab.traffic);
  const now = performance.now();
  const next = make(newest.get(now));
  newest.ask(next, now);
  void client.command({ command: 'set-traffic', traffic: next });
}

function follow(client: LabClient, traffic: TrafficDefinition): Newest<TrafficDefinition> {
  const newest = new Newest(traffic);
  asked.set(client, newest);
  client.store.subscribe(({ lab }) => lab && newest.hold(lab.lab.traffic));
  return newest;
}
