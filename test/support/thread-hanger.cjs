// Loaded before a lab (node --require): a signal to its process has one of the engine's threads turn in a loop without end, as a mistake in
// its code would. SIGUSR2: a follower; SIGPIPE: a follower, right after it has entered what all of them share; SIGWINCH: the one that leads;
// SIGIO: that one, too, but only for 10 s.
const threads = require('node:worker_threads');

const channel = new threads.BroadcastChannel('evenkeel-thread-hanger');
channel.unref();

const turn = () => {
  for (;;);
};

if (threads.isMainThread) {
  for (const signal of ['SIGUSR2', 'SIGPIPE', 'SIGWINCH', 'SIGIO'])
    process.on(signal, () => channel.postMessage(signal));
} else {
  const follower = threads.workerData?.thread;
  let leads = false;
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      leads = true;
    }
  };
  channel.onmessage = ({ data }) => {
    if (data === 'SIGUSR2' && follower === 1) turn();
    if (data === 'SIGWINCH' && leads) turn();
    if (data === 'SIGIO' && leads) for (const end = Date.now() + 10_000; Date.now() < end; );
    if (data !== 'SIGPIPE' || follower !== 1) return;
    const { compareExchange } = Atomics;
    Atomics.compareExchange = (words, at, expected, wanted) => {
      const found = compareExchange(words, at, expected, wanted);
      if (at === 0 && expected === 0 && found === 0) turn();
      return found;
    };
  };
}
