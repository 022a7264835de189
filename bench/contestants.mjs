// The proxies that `bench/proxy.mjs` compares, each started alone on processor 0 where the system has `taskset`; origins and load
// run on the others.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromSource } from './from-source.mjs';
import { folder, freePort, has, here, listening, otherCores, pin, start, startNginx } from './servers.mjs';

export const proxyCore = '0';

const { DEFAULT_POLICIES } = await fromSource('src/core/policies.ts');

/**
 * Starts Evenkeel's engine alone, with a lab's usual policies.
 * @param options of Node @param env more of its environment
 */
export function startEngine({
  port,
  origins,
  cores,
  telemetry,
  forwarder = 'native',
  threads = 1,
  options = [],
  env = {},
}) {
  const args = [...options, here('engine-host.mjs'), port, telemetry, forwarder, ...origins].map(String);
  const given = { POLICIES: JSON.stringify(DEFAULT_POLICIES), THREADS: String(threads), ...env };
  return start(pin(cores, [process.execPath, ...args]), given);
}

function nginx({ port, origins }, cores, workers) {
  return startNginx(
    'proxy',
    `server { listen 127.0.0.1:${port}; location / { proxy_pass http://o; proxy_http_version 1.1; proxy_set_header Connection ""; } }`,
    `upstream o { ${origins.map((origin) => `server 127.0.0.1:${origin};`).join(' ')} keepalive 64; keepalive_requests 1000000000; }`,
    cores,
    workers,
  );
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
    run: (where) => startEngine({ ...where, cores: proxyCore, telemetry, forwarder }),
  })),
  has('nginx') && {
    name: 'nginx',
    run: (options) => nginx(options, proxyCore, 1),
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

/** Evenkeel and nginx with so many threads or workers, on as many processors; where there are no more, load and origins share them. */
export function threadedContestants(threads) {
  const cores = `0-${threads - 1}`;
  return [
    {
      name: `Evenkeel, ${threads} threads`,
      run: (where) => startEngine({ ...where, cores, telemetry: 'on', threads }),
    },
    has('nginx') && { name: `nginx, ${threads} workers`, run: (options) => nginx(options, cores, threads) },
  ].filter(Boolean);
}
