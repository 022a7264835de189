// Four origins behind several balancers at once, each with the same load; then one origin is killed, one frozen, one restarted. Every
// balancer sees the same faults at the same moments, so what their clients lose can be compared.
import { writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { end, folder, freePort, has, here, listening, start, startNginx } from './servers.mjs';

/** A request that takes longer (ms) has met a fault: origins answer after 20 ms on average. */
const SLOW = 500;
/** ms that a process may take to notice that it is killed. */
const DYING = 20;
/** ms after which a client gives up. */
const PATIENCE = 10_000;
/** What a balancer waits for an answer (s), all alike, and for a connection. */
const ANSWER_TIMEOUT = 2;
const CONNECT_TIMEOUT = 1;

/** Each as good at failover as its settings make it: retries of what may be repeated, at another origin, without a budget. */
const BALANCERS = {
  Evenkeel: ({ port, origins, control }) => {
    const file = join(folder, 'failover.json');
    const lab = {
      evenkeel: 1,
      listen: `127.0.0.1:${port}`,
      traffic: 'off',
      origins: origins.map((origin) => ({ url: `http://127.0.0.1:${origin}` })),
      retry: { attempts: 3, on: ['connect-failure', 'reset', 'timeout'], budget: '100%' },
      timeouts: { connect: `${CONNECT_TIMEOUT}s`, firstByte: `${ANSWER_TIMEOUT}s` },
    };
    writeFileSync(file, JSON.stringify(lab));
    const cli = here('../dist/node/cli.cjs');
    return start([process.execPath, cli, 'serve', file, '--no-ui', '--control', String(control)], {
      EVENKEEL_CONFIG_DIR: folder,
    });
  },
  nginx: ({ port, origins }) =>
    startNginx(
      'failover',
      `server { listen 127.0.0.1:${port}; location / { proxy_pass http://o; proxy_http_version 1.1; proxy_set_header Connection "";
proxy_connect_timeout ${CONNECT_TIMEOUT}s; proxy_read_timeout ${ANSWER_TIMEOUT}s; proxy_next_upstream error timeout; proxy_next_upstream_tries 3; } }`,
      `upstream o { ${origins.map((origin) => `server 127.0.0.1:${origin};`).join(' ')} keepalive 64; }`,
    ),
  HAProxy: ({ port, origins }) => {
    const file = join(folder, 'failover.cfg');
    const servers = origins.map((origin, i) => `  server s${i} 127.0.0.1:${origin} check inter 2s fall 3 rise 2`);
    writeFileSync(
      file,
      `global
  nbthread 1
defaults
  mode http
  timeout connect ${CONNECT_TIMEOUT}s
  timeout client 60s
  timeout server ${ANSWER_TIMEOUT}s
  timeout check 1s
  retries 2
  option redispatch 1
  retry-on all-retryable-errors
  http-reuse always
listen l
  bind 127.0.0.1:${port}
  balance roundrobin
  option httpchk GET /healthz
${servers.join('\n')}
`,
    );
    return start(['haproxy', '-db', '-q', '-f', file]);
  },
};

/** Names of the balancers that are installed here, ours first. */
export const installed = Object.keys(BALANCERS).filter((name) => name === 'Evenkeel' || has(name.toLowerCase()));

/** What happens, one after the other: `origin` is the index of whom it happens to. */
const STORY = [
  { what: 'killed', origin: 1, do: (origin) => origin.kill() },
  { what: 'started again', origin: 1, do: (origin) => origin.start(), back: true },
  { what: 'frozen', origin: 2, do: (origin) => origin.signal('SIGSTOP') },
  { what: 'thawed', origin: 2, do: (origin) => origin.signal('SIGCONT'), back: true },
  {
    what: 'restarted',
    origin: 3,
    do: async (origin) => {
      origin.kill();
      await origin.start();
    },
    back: true,
  },
];

/**
 * Runs the story.
 * @param options.balancers some of `installed`
 * @param options.rate requests/s through each balancer
 * @param options.phase seconds from one fault to the next
 * @returns for each balancer what its clients saw, in all and from each fault to the next
 */
export async function failoverStory({ balancers = installed, rate = 300, phase = 8, onFault = () => {} } = {}) {
  const origins = [];
  for (let i = 0; i < 4; i++) origins.push(await startOrigin());
  const clients = [];
  const servers = [];
  for (const name of balancers) {
    const port = await freePort();
    const ports = origins.map((origin) => origin.port);
    servers.push(BALANCERS[name]({ port, origins: ports, control: await freePort() }));
    await listening(port);
    clients.push({ name, load: startLoad(port, rate) });
  }
  const faults = [];
  for (const { what, origin: index, do: act, back = false } of STORY) {
    await wait(phase * 1000);
    const origin = origins[index];
    const at = performance.now();
    faults.push({ what, at, back: back ? String(origin.port) : undefined });
    onFault(what);
    await act(origin);
  }
  await wait(phase * 1000);
  await Promise.all(clients.map(({ load }) => load.stop()));
  for (const server of servers) end(server);
  for (const origin of origins) origin.kill();
  return clients.map(({ name, load: { requests } }) => ({
    name,
    sent: requests.length,
    failed: requests.filter(({ ok }) => !ok).length,
    reasons: reasonsOf(requests),
    faults: faults.map((fault, i) => account(fault, faults[i + 1]?.at ?? Number.POSITIVE_INFINITY, requests)),
  }));
}

/** What clients noticed of a fault; times in seconds. */
function account({ what, at, back }, until, requests) {
  const during = requests.filter((request) => request.at >= at && request.at < until);
  const hit = during.filter(({ ok, took }) => !ok || took > SLOW);
  const first = back && requests.filter(({ ok, origin, at: asked }) => ok && origin === back && asked > at + DYING);
  const firstBack = first?.length > 0 ? Math.min(...first.map(({ endedAt }) => endedAt)) : undefined;
  return {
    what,
    failed: during.filter(({ ok }) => !ok).length,
    slow: hit.filter(({ ok }) => ok).length,
    /** Until the last request that met the fault had arrived. */
    noticed: hit.length === 0 ? 0 : (Math.max(...hit.map((request) => request.at)) - at) / 1000,
    /** Until the origin answered again; undefined: it did not, or was not expected to. */
    back: firstBack === undefined ? undefined : (firstBack - at) / 1000,
  };
}

function reasonsOf(requests) {
  const reasons = {};
  for (const { ok, reason } of requests) if (!ok) reasons[reason] = (reasons[reason] ?? 0) + 1;
  return reasons;
}

async function startOrigin() {
  const port = await freePort();
  const command = [
    process.execPath,
    here('../dist/node/cli.cjs'),
    'origin',
    '--port',
    port,
    '--time',
    'exponential:20ms',
  ];
  let child;
  const origin = {
    port,
    async start() {
      child = start(command.map(String), {}, 'ignore');
      await listening(port);
    },
    kill: () => end(child),
    signal: (name) => process.kill(child.pid, name),
  };
  await origin.start();
  return origin;
}

/** Sends GETs at a constant rate, whatever comes of them, over as many kept connections as it takes. */
function startLoad(port, rate) {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const requests = [];
  const pending = new Set();
  const begun = performance.now();
  let sent = 0;
  const send = () => {
    const at = performance.now();
    const done = new Promise((resolve) => {
      const finish = (outcome) => {
        const endedAt = performance.now();
        requests.push({ at, endedAt, took: endedAt - at, ...outcome });
        resolve();
      };
      const request = get({ host: '127.0.0.1', port, path: '/', agent, timeout: PATIENCE }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.once('error', (error) => finish({ ok: false, reason: `body: ${error.code}` }));
        answer.once('end', () => {
          const ok = answer.statusCode === 200;
          finish({ ok, reason: `status ${answer.statusCode}`, origin: /:(\d+)$/.exec(text)?.[1] });
        });
      });
      request.once('timeout', () => request.destroy(new Error('no answer')));
      request.once('error', (error) => finish({ ok: false, reason: error.code ?? error.message }));
    });
    pending.add(done);
    void done.then(() => pending.delete(done));
  };
  const timer = setInterval(() => {
    for (const due = ((performance.now() - begun) / 1000) * rate; sent < due; sent++) send();
  }, 5);
  return {
    requests,
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      agent.destroy();
    },
  };
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
