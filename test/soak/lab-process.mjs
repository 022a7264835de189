// A lab in a process of its own, as users run it, watched from outside.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

export class LabProcess {
  static async start(labFile, folder) {
    const child = spawn(
      process.execPath,
      [
        ...['--expose-gc', '--require', here('probe.cjs'), here('../../dist/node/cli.cjs')],
        ...['serve', labFile, '--json', '--no-ui', '--control', '127.0.0.1:0', '--token', 'soak'],
        ...['--access-log', `${folder}/access.jsonl`, '--access-log-size', '4MiB'],
      ],
      { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, EVENKEEL_CONFIG_DIR: folder } },
    );
    const lab = new LabProcess(child);
    const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    const ready = JSON.parse(String(line));
    lab.control = new URL(ready.control).origin;
    lab.port = Number(new URL(ready.proxy).port);
    return lab;
  }

  constructor(child) {
    this.child = child;
    this.errors = '';
    this.exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    this.exited = undefined;
    void this.exit.then((how) => {
      this.exited = how;
    });
    child.stderr.on('data', (data) => {
      this.errors += data;
    });
    this.probes = 0;
  }

  get pid() {
    return this.child.pid;
  }

  async ask(path, init = {}) {
    const headers = { authorization: 'Bearer soak', 'content-type': 'application/json' };
    return fetch(this.control + path, { signal: AbortSignal.timeout(20_000), ...init, headers });
  }

  async state() {
    return (await this.ask('/api/lab')).json();
  }

  /** @returns the status and the answer */
  async command(command) {
    const answer = await this.ask('/api/commands', { method: 'POST', body: JSON.stringify(command) });
    return { status: answer.status, body: await answer.json() };
  }

  async metrics() {
    return readMetrics(await (await this.ask('/metrics')).text());
  }

  /** Follows every attempt. */
  async follow() {
    const abort = new AbortController();
    const answer = await this.ask('/api/events', { signal: abort.signal });
    const seen = { attempts: 0, requests: 0, refused: 0, missed: 0 };
    const reading = (async () => {
      let rest = '';
      for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        for (const line of lines) count(JSON.parse(line), seen);
      }
    })().catch(() => undefined);
    return {
      seen,
      async close() {
        abort.abort();
        await reading;
      },
    };
  }

  /** What its threads hold, after a garbage collection. */
  probe() {
    const id = ++this.probes;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the lab does not answer the probe')), 10_000);
      const onMessage = (message) => {
        if (message?.probe !== id) return;
        clearTimeout(timer);
        this.child.off('message', onMessage);
        resolve(message.reports);
      };
      this.child.on('message', onMessage);
      this.child.send({ probe: id });
    });
  }

  /** Its TCP connections that last (a health check's does not), and the processes it has started. */
  async outside() {
    let connections = connectionsOf(this.pid);
    for (let look = 0; look < 3; look++) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const now = new Set(connectionsOf(this.pid).map((one) => JSON.stringify(one)));
      connections = connections.filter((one) => now.has(JSON.stringify(one)));
    }
    return { connections, children: childrenOf(this.pid) };
  }
}

function count(line, seen) {
  if (line.missed !== undefined) {
    seen.missed += line.missed;
    return;
  }
  // A line without an origin says that there was none (any more); it is an attempt of nobody.
  if (line.origin !== null) seen.attempts++;
  else if (line.attempt === 0) seen.refused++;
  if (line.last) seen.requests++;
}

/** Connections of a process, those it listens for aside: the ports of both ends and the state (Linux: 01 established, 08 close wait). */
function connectionsOf(pid) {
  const own = new Set();
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1];
      if (inode !== undefined) own.add(inode);
    } catch {
      // Closed meanwhile.
    }
  }
  const lines = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n').slice(1);
  return lines.flatMap((line) => {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    const port = (address) => Number.parseInt(address.split(':')[1], 16);
    return own.has(inode) && state !== '0A' ? [{ local: port(local), remote: port(remote), state }] : [];
  });
}

/** Processes whose parent is `pid`, with the letter of their state (Z: a zombie) and their command. */
export function childrenOf(pid) {
  const children = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(parent) !== pid) continue;
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 60);
      children.push({ pid: Number(name), state, command });
    } catch {
      // It has ended meanwhile.
    }
  }
  return children;
}

/** Sums of each metric over its labels, and single values by `name{labels}`. */
function readMetrics(text) {
  const sums = new Map();
  const origins = new Map();
  for (const line of text.split('\n')) {
    const [, name, labels, value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
    const origin = /^origin="([^"]*)"$/.exec(labels ?? '')?.[1];
    if (origin === undefined) continue;
    const own = origins.get(origin) ?? new Map();
    own.set(name, Number(value));
    origins.set(origin, own);
  }
  return { sum: (name) => sums.get(`evenkeel_${name}`) ?? 0, origins };
}
