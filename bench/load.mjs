// A closed-loop client on raw sockets, for machines without wrk. Arguments: port, connections, seconds.
// Prints {"requests","seconds","p50","p99"} (ms).
import { connect } from 'node:net';

const [port, connections, seconds] = process.argv.slice(2).map(Number);
const ask = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
const times = [];
let running = true;
const started = performance.now();

function client() {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let seen = '';
    let sentAt = 0;
    const send = () => {
      if (!running) {
        socket.destroy();
        return resolve();
      }
      seen = '';
      sentAt = performance.now();
      socket.write(ask);
    };
    socket.setEncoding('latin1');
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('data', (text) => {
      seen += text;
      const head = seen.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(seen)?.[1] ?? 0);
      if (seen.length < head + 4 + length) return;
      times.push(performance.now() - sentAt);
      send();
    });
  });
}

setTimeout(() => {
  running = false;
}, seconds * 1000);
await Promise.all(Array.from({ length: connections }, client));
times.sort((a, b) => a - b);
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
console.log(
  JSON.stringify({
    requests: times.length,
    seconds: (performance.now() - started) / 1000,
    p50: at(0.5),
    p99: at(0.99),
  }),
);
