// Evenkeel's engine as a host runs it: its thread, and one screen that reads and acknowledges every frame.
// Arguments: port, telemetry (on|off), forwarder (native|http-proxy), origin ports. In the environment: POLICIES (JSON),
// THREADS, and ENGINE, another build's engine.cjs.
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';

const [port, telemetry, forwarder, ...origins] = process.argv.slice(2);
const worker = new Worker(process.env.ENGINE ?? fileURLToPath(new URL('../dist/node/engine.cjs', import.meta.url)));
let id = 0;
const pending = new Map();
worker.on('message', (message) => {
  if (typeof message !== 'string') return;
  const reply = JSON.parse(message);
  if (reply.id === undefined) return;
  if (reply.error) throw new Error(reply.error.message);
  pending.get(reply.id)(reply.result);
});
const call = (name, params) =>
  new Promise((resolve) => {
    pending.set(++id, resolve);
    worker.postMessage(JSON.stringify({ id, call: name, params }));
  });

await call('start', {
  seed: 1,
  strategy: { use: 'round-robin' },
  trustForwarded: 'loopback',
  forwarder,
  threads: Number(process.env.THREADS ?? 1),
  telemetry: telemetry === 'on',
  policies: JSON.parse(process.env.POLICIES),
});
for (const [i, origin] of origins.entries()) {
  await call('add-origin', { name: String.fromCharCode(65 + i), host: '127.0.0.1', port: Number(origin), weight: 1 });
}
await call('listen', { host: '127.0.0.1', port: Number(port) });
if (telemetry === 'on') {
  const { port1, port2 } = new MessageChannel();
  port1.on('message', (frame) => {
    if (typeof frame === 'string') return;
    const sequence = new DataView(frame.buffer, frame.byteOffset).getUint32(4, true);
    port1.postMessage(JSON.stringify({ event: 'ack', data: { sequence } }));
  });
  worker.postMessage({ subscribe: { everything: false }, port: port2 }, [port2]);
}
