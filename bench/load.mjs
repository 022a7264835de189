// A client on raw keep-alive sockets. Arguments: port, connections, seconds, requests/s (0 or none: closed loop, each connection
// asks again as soon as it is answered). At a rate it is an open loop: requests are due at even distances whatever the
// answers do, and latency counts from then. Prints {"requests","seconds","p50","p99"} (ms).
import { connect } from 'node:net';

const [port, connections, seconds, rate = 0] = process.argv.slice(2).map(Number);
const ask = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
const times = [];
/** When each request was due that no connection was free for. */
const waiting = [];
const idle = [];
const bed = new Int32Array(new SharedArrayBuffer(4));
let running = true;

function open() {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let seen = '';
    let dueAt = 0;
    const client = {
      send(due) {
        seen = '';
        dueAt = due;
        socket.write(ask);
      },
      close: () => socket.destroy(),
    };
    socket.setEncoding('latin1');
    socket.on('connect', () => resolve(client));
    socket.on('error', reject);
    socket.on('data', (text) => {
      seen += text;
      const head = seen.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(seen)?.[1] ?? 0);
      if (seen.length < head + 4 + length) return;
      const now = performance.now();
      times.push(now - dueAt);
      if (rate > 0) {
        const due = waiting.shift();
        if (due === undefined) idle.push(client);
        else client.send(due);
      } else if (running) client.send(now);
      else client.close();
    });
  });
}

const clients = await Promise.all(Array.from({ length: connections }, open));
const started = performance.now();
if (rate > 0) {
  idle.push(...clients);
  for (let next = 0; next < rate * seconds; ) {
    const now = performance.now();
    for (; next < rate * seconds && started + (next * 1000) / rate <= now; next++) {
      const due = started + (next * 1000) / rate;
      const client = idle.pop();
      if (client) client.send(due);
      else waiting.push(due);
    }
    // To sleep for a moment rather than to turn: who turns takes the processor from the origins beside it, and measures how long they waited.
    Atomics.wait(bed, 0, 0, 0.01);
    await new Promise((resolve) => setImmediate(resolve));
  }
  while (idle.length < clients.length) await new Promise((resolve) => setTimeout(resolve, 1));
  for (const client of clients) client.close();
} else {
  for (const client of clients) client.send(performance.now());
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  running = false;
}
const took = (performance.now() - started) / 1000;
times.sort((a, b) => a - b);
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
console.log(JSON.stringify({ requests: times.length, seconds: took, p50: at(0.5), p99: at(0.99) }));
