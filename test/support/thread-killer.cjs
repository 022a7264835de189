// Loaded before a lab (node --require): SIGUSR2 to its process ends the engine's threads that follow, one each time, without a warning.
const threads = require('node:worker_threads');

const channel = new threads.BroadcastChannel('evenkeel-thread-killer');
channel.unref();

if (threads.isMainThread) process.on('SIGUSR2', () => channel.postMessage('kill'));
else {
  const started = [];
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      started.push(this);
    }
  };
  channel.onmessage = () => started.shift()?.terminate();
}
