import { parentPort, workerData } from 'node:worker_threads';
import { type FollowerStart, follow } from './follower.ts';
import { lead } from './lead.ts';

/** The entry of an engine's threads: the lab starts one, which leads; that one starts the others. */

if (!parentPort) throw new Error('The engine runs in a worker thread.');

if (workerData) follow(parentPort, workerData as FollowerStart);
else lead(parentPort, __filename);
