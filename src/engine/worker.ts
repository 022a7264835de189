import { parentPort, workerData } from 'node:worker_threads';
import { type FollowerStart, follow } from './follower.ts';
import { Lead } from './lead.ts';

/** The entry of an engine's threads: the lab starts one, which leads; that one starts the others. */

if (!parentPort) throw new Error('The engine runs in a worker thread.');

if (workerData) follow(parentPort, workerData as FollowerStart);
else {
  const lead = new Lead(parentPort, __filename);
  // The last guard: a library that throws where nobody can catch must not take the balancer with it.
  process.on('uncaughtException', (error) => lead.problem(error.message));
}
