// Loaded into the engine's host and its thread before anything else (node --require). In the thread it measures for how long timers and
// garbage collection keep the event loop from requests; at SIGUSR2 it writes that to the file STALLS and begins anew.
const { writeFileSync } = require('node:fs');
const { PerformanceObserver } = require('node:perf_hooks');
const { BroadcastChannel, isMainThread } = require('node:worker_threads');

const channel = new BroadcastChannel('evenkeel-stalls');
channel.unref();

if (isMainThread) {
  let reports = 0;
  process.on('SIGUSR2', () => channel.postMessage(++reports));
} else {
  /** ms of each callback of a timer, and of each collection. */
  let tasks = [];
  let collections = [];
  let since = performance.now();
  for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
    const original = globalThis[name];
    globalThis[name] = (callback, ...rest) =>
      original(
        (...args) => {
          const begun = performance.now();
          callback(...args);
          tasks.push(performance.now() - begun);
        },
        ...rest,
      );
  }
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collections.push(duration);
  }).observe({ entryTypes: ['gc'] });
  channel.onmessage = ({ data: report }) => {
    const now = performance.now();
    writeFileSync(process.env.STALLS, JSON.stringify({ report, ms: now - since, tasks, collections }));
    tasks = [];
    collections = [];
    since = now;
  };
}
