// Loaded into the lab's process and its threads before anything else (node --require): tells on request what each of them holds.
const { BroadcastChannel, isMainThread, threadId } = require('node:worker_threads');

const channel = new BroadcastChannel('evenkeel-soak');
channel.unref();

function report() {
  global.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  return { thread: isMainThread ? 'main' : `worker ${threadId}`, heapUsed, external, rss, resources };
}

if (isMainThread) {
  process.on('message', (message) => {
    if (message?.probe === undefined) return;
    const reports = [report()];
    channel.onmessage = ({ data }) => reports.push(data);
    channel.postMessage('report');
    setTimeout(() => process.send?.({ probe: message.probe, reports }), 400);
  });
  process.channel?.unref();
} else {
  channel.onmessage = ({ data }) => {
    if (data === 'report') channel.postMessage(report());
  };
}
