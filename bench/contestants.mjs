// The proxies that `bench/proxy.mjs` compares, each started alone on processor 0 where the system has `taskset`; origins and load
// run on the others.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
const children = new Set();

export const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { env: withSbin() }).status === 0;
export const pinning = has('taskset') && cpus().length > 1;
export const pin = (core, command) => (pinning ? ['taskset', '-c', core, ...command] : command);
const proxyCore = '0';
export const otherCores = cpus().length > 2 ? `1-${cpus().length - 1}` : '1';

/** Servers live in /usr/sbin, which a user's PATH often lacks. */
function withSbin() {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
}

export function freePort() {
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

export function end(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

export async function listening(port) {
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

export async function startOrigins() {
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

export const contestants = [
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

/** Ends everything that was started, and what it has written. */
export function endAll() {
  for (const child of children) end(child);
  rmSync(folder, { recursive: true, force: true });
}
