// npm run bench:proxy [-- --seconds 4 --rounds 3 --connections 32]
// Requests/s and latency of one proxied small GET, side by side in one run: a direct connection, bare http-proxy, Evenkeel
// with and without telemetry, and nginx, HAProxy and Caddy where installed. Each proxy alone on processor 0, the load and
// the origins on the others, where the system has `taskset`. Only the ratios mean anything on a shared machine.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const connections = Number(values.connections);
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
const children = new Set();

const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { env: withSbin() }).status === 0;
const pinning = has('taskset') && cpus().length > 1;
const pin = (core, command) => (pinning ? ['taskset', '-c', core, ...command] : command);
const proxyCore = '0';
const otherCores = cpus().length > 2 ? `1-${cpus().length - 1}` : '1';

/** Servers live in /usr/sbin, which a user's PATH often lacks. */
function withSbin() {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function start(command, env = {}) {
  const [program, ...args] = command;
  // A group of its own: nginx's workers outlive a master that was killed.
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...withSbin(), ...env },
    detached: true,
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

function end(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function listening(port) {
  for (let i = 0; i < 200; i++) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Nothing listens on port ${port}.`);
}

async function startOrigins() {
  const ports = [await freePort(), await freePort()];
  if (has('nginx')) {
    const servers = ports.map(
      (port) => `server { listen 127.0.0.1:${port}; location / { return 200 "origin server response :${port}"; } }`,
    );
    startNginx('origins', servers.join('\n'), '', otherCores);
  } else {
    for (const port of ports) start(pin(otherCores, [process.execPath, here('node-origin.mjs'), String(port)]));
  }
  for (const port of ports) await listening(port);
  return ports;
}

function startNginx(name, servers, upstream, core) {
  const file = join(folder, `${name}.conf`);
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${folder}/${name}.pid; error_log stderr crit;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; client_body_temp_path ${folder}/${name}-b; proxy_temp_path ${folder}/${name}-p;
fastcgi_temp_path ${folder}/${name}-f; uwsgi_temp_path ${folder}/${name}-u; scgi_temp_path ${folder}/${name}-s;
${upstream}
${servers} }`,
  );
  return start(pin(core, ['nginx', '-c', file, '-p', folder, '-e', 'stderr']));
}

const contestants = [
  { name: 'direct (no proxy)', run: ({ origins }) => origins[0] },
  {
    name: 'bare http-proxy',
    run: ({ port, origins }) =>
      start(pin(proxyCore, [process.execPath, here('bare-http-proxy.mjs'), String(port), ...origins.map(String)])),
  },
  ...[
    ['native', 'on'],
    ['native', 'off'],
    ['http-proxy', 'on'],
  ].map(([forwarder, telemetry]) => ({
    name: forwarder === 'native' ? `Evenkeel, telemetry ${telemetry}` : 'Evenkeel, http-proxy',
    run: ({ port, origins }) =>
      start(
        pin(proxyCore, [
          process.execPath,
          here('engine-host.mjs'),
          String(port),
          telemetry,
          forwarder,
          ...origins.map(String),
        ]),
      ),
  })),
  has('nginx') && {
    name: 'nginx',
    run: ({ port, origins }) =>
      startNginx(
        'proxy',
        `server { listen 127.0.0.1:${port}; location / { proxy_pass http://o; proxy_http_version 1.1; proxy_set_header Connection ""; } }`,
        `upstream o { ${origins.map((origin) => `server 127.0.0.1:${origin};`).join(' ')} keepalive 64; keepalive_requests 1000000000; }`,
        proxyCore,
      ),
  },
  has('haproxy') && {
    name: 'HAProxy',
    run: ({ port, origins }) => {
      const file = join(folder, 'haproxy.cfg');
      const servers = origins.map((origin, i) => `  server s${i} 127.0.0.1:${origin}`).join('\n');
      writeFileSync(
        file,
        `global\n  nbthread 1\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n  http-reuse always\nlisten l\n  bind 127.0.0.1:${port}\n  balance roundrobin\n${servers}\n`,
      );
      return start(pin(proxyCore, ['haproxy', '-db', '-f', file]));
    },
  },
  has('caddy') && {
    name: 'Caddy',
    run: ({ port, origins }) => {
      const file = join(folder, 'Caddyfile');
      const to = origins.map((origin) => `127.0.0.1:${origin}`).join(' ');
      writeFileSync(
        file,
        `{\n admin off\n auto_https off\n log {\n  level ERROR\n }\n}\nhttp://:${port} {\n bind 127.0.0.1\n reverse_proxy ${to} {\n  lb_policy round_robin\n }\n}\n`,
      );
      return start(pin(proxyCore, ['caddy', 'run', '--config', file, '--adapter', 'caddyfile']), {
        GOMAXPROCS: '1',
        HOME: folder,
      });
    },
  },
].filter(Boolean);

const useWrk = has('wrk');

function load(port) {
  if (!useWrk) {
    const args = pin(otherCores, [
      process.execPath,
      here('load.mjs'),
      String(port),
      String(connections),
      String(seconds),
    ]);
    const {
      requests,
      seconds: took,
      p50,
      p99,
    } = JSON.parse(execFileSync(args[0], args.slice(1), { encoding: 'utf8' }));
    return { rate: requests / took, p50, p99, errors: 0 };
  }
  const args = pin(otherCores, [
    'wrk',
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--latency',
    `http://127.0.0.1:${port}/`,
  ]);
  const text = execFileSync(args[0], args.slice(1), { encoding: 'utf8' });
  const ms = (label) => {
    const [, value, unit] = new RegExp(`${label}%\\s+([\\d.]+)(us|ms|s)`).exec(text) ?? [];
    return Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit];
  };
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
  const errors = Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0);
  return { rate, p50: ms(50), p99: ms(99), errors };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

try {
  execFileSync(process.execPath, [here('../scripts/build.mjs'), '--if-stale'], { stdio: 'inherit' });
  const origins = await startOrigins();
  console.log(
    `${connections} keep-alive connections, ${seconds} s × ${rounds} rounds, load by ${useWrk ? 'wrk' : 'bench/load.mjs'}, ` +
      `origins by ${has('nginx') ? 'nginx' : 'Node'}, ${pinning ? 'each proxy alone on processor 0' : 'not pinned'}`,
  );
  const results = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contestants) {
      const port = await freePort();
      const child = run({ port, origins });
      const target = typeof child === 'number' ? child : port;
      await listening(target);
      // A short warm-up: the first thousand requests of a JIT are not what it is about.
      spawnSync(process.execPath, [here('load.mjs'), String(target), '8', '1']);
      results.get(name).push(load(target));
      if (typeof child !== 'number') {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        end(child);
        await gone;
      }
    }
  }
  const rate = (name) => median(results.get(name).map((result) => result.rate));
  const base = rate('bare http-proxy');
  console.log('\n                          requests/s   × bare http-proxy     p50 ms     p99 ms   errors');
  for (const [name, runs] of results) {
    const columns = [
      name.padEnd(24),
      rate(name).toFixed(0).padStart(12),
      (rate(name) / base).toFixed(2).padStart(18),
      median(runs.map(({ p50 }) => p50))
        .toFixed(2)
        .padStart(11),
      median(runs.map(({ p99 }) => p99))
        .toFixed(2)
        .padStart(11),
      String(runs.reduce((sum, { errors }) => sum + errors, 0)).padStart(9),
    ];
    console.log(columns.join(''));
  }
  const cost = 1 - rate('Evenkeel, telemetry on') / rate('Evenkeel, telemetry off');
  console.log(`\ntelemetry costs ${(cost * 100).toFixed(1)} % of the throughput (aim: at most 10 %)`);
  console.log(
    `Evenkeel with telemetry runs at ${(rate('Evenkeel, telemetry on') / base).toFixed(2)} × bare http-proxy (aim: at least 1)`,
  );
} finally {
  for (const child of children) end(child);
  rmSync(folder, { recursive: true, force: true });
}
