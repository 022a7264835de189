// A client on raw sockets that it keeps alive. Argument: connections to each port. On its input a line for each piece of load: "port seconds
// rate", in requests/s; at 0 it is a closed loop, where each connection asks again as soon as it is answered. At a rate it is an open
// loop: requests are due at even distances whatever the answers do, and latency counts from then. To each line it prints
// {"requests","seconds","p50","p95","p99"} (ms).
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const connections = Number(process.argv[2]);
const bed = new Int32Array(new SharedArrayBuffer(4));
const servers = new Map();

/** The connections to one port, and the load on it. */
class Server {
  times = [];
  #idle = [];
  #port;
  #ask;
  #open = 0;
  /** When each request was due that no connection was free for. */
  #waiting = [];
  /** Until when (ms) answers are followed by the next request; 0 at a rate. */
  #until = 0;
  #unanswered = 0;
  #allAnswered;

  constructor(port) {
    this.#port = port;
    this.#ask = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  }

  async fill() {
    while (this.#open < connections) await this.#connect();
  }

  async closedLoop(seconds) {
    const started = performance.now();
    this.#until = started + seconds * 1000;
    for (const client of this.#idle.splice(0)) this.#send(client, performance.now());
    await this.#answered();
    this.#until = 0;
    return (performance.now() - started) / 1000;
  }

  async openLoop(seconds, rate) {
    const started = performance.now();
    for (let next = 0; next < rate * seconds; ) {
      const now = performance.now();
      for (; next < rate * seconds && started + (next * 1000) / rate <= now; next++) {
        this.#request(started + (next * 1000) / rate);
      }
      // To sleep for a moment rather than to turn: who turns takes the processor from the origins beside it, and measures how long they waited.
      Atomics.wait(bed, 0, 0, 0.01);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.#answered();
    return (performance.now() - started) / 1000;
  }

  #answered() {
    if (this.#unanswered + this.#waiting.length === 0) return;
    return new Promise((resolve) => {
      this.#allAnswered = resolve;
    });
  }

  #request(due) {
    const client = this.#idle.pop();
    if (client) this.#send(client, due);
    else this.#waiting.push(due);
  }

  #send(client, due) {
    client.seen = '';
    client.due = due;
    this.#unanswered++;
    client.socket.write(this.#ask);
  }

  #connect() {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
      const client = { socket, seen: '', due: 0 };
      socket.setEncoding('latin1');
      socket.on('connect', () => {
        this.#open++;
        this.#idle.push(client);
        resolve();
      });
      socket.on('error', reject);
      socket.on('close', () => this.#closed(client));
      socket.on('data', (text) => this.#data(client, text));
    });
  }

  #data(client, text) {
    client.seen += text;
    const head = client.seen.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: *(\d+)/i.exec(client.seen)?.[1] ?? 0);
    if (client.seen.length < head + 4 + length) return;
    const now = performance.now();
    this.times.push(now - client.due);
    this.#unanswered--;
    if (now < this.#until) {
      this.#send(client, now);
      return;
    }
    const due = this.#waiting.shift();
    if (due === undefined) this.#idle.push(client);
    else this.#send(client, due);
    if (this.#unanswered === 0) this.#allAnswered?.();
  }

  /** Idle for too long, as its server sees it. What was just asked on it is asked on another. */
  #closed(client) {
    this.#open--;
    const at = this.#idle.indexOf(client);
    if (at >= 0) {
      this.#idle.splice(at, 1);
      return;
    }
    if (this.#open === 0) throw new Error(`Port ${this.#port} has closed all connections.`);
    this.#unanswered--;
    this.#request(client.due);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [port, seconds, rate] = line.split(' ').map(Number);
  let server = servers.get(port);
  if (!server) {
    server = new Server(port);
    servers.set(port, server);
  }
  await server.fill();
  server.times = [];
  const took = await (rate > 0 ? server.openLoop(seconds, rate) : server.closedLoop(seconds));
  const times = server.times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  console.log(JSON.stringify({ requests: times.length, seconds: took, p50: at(0.5), p95: at(0.95), p99: at(0.99) }));
}
