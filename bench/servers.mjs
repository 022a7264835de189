// Servers as benchmarks start them: in a folder of their own, each a process group that is ended as a whole, at the latest when the
// benchmark ends, however it does.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = (file) => fileURLToPath(new URL(file, import.meta.url));
export const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
const children = new Set();

/** Ends what is left after a kill -9 of this process. */
const guard = spawn(process.execPath, [here('guard.mjs'), folder], {
  stdio: ['pipe', 'ignore', 'inherit'],
  detached: true,
});
guard.unref();
guard.stdin.unref();
guard.stdin.on('error', () => {});

for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
  process.once(signal, () => {
    endAll();
    process.exit(128 + number);
  });
}
// Ends by an error that nobody caught included.
process.once('exit', endAll);

export const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { env: withSbin() }).status === 0;
export const pinning = has('taskset') && cpus().length > 1;
export const pin = (core, command) => (pinning ? ['taskset', '-c', core, ...command] : command);
export const otherCores = cpus().length > 2 ? `1-${cpus().length - 1}` : '1';

/** Servers live in /usr/sbin, which a user's PATH often lacks. */
function withSbin() {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
}

export function freePort() {
  // Not of those that systems give to whoever asks for any: others on this machine do.
  const port = 10_000 + Math.floor(Math.random() * 10_000);
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(freePort()));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
  });
}

/** @param errors where its stderr goes @param output where its stdout goes @param input where its stdin comes from */
export function start(command, env = {}, errors = 'inherit', output = 'ignore', input = 'ignore') {
  const [program, ...args] = command;
  // A group of its own: nginx's workers outlive a master that was killed.
  const child = spawn(program, args, {
    stdio: [input, output, errors],
    env: { ...withSbin(), ...env },
    detached: true,
  });
  if (child.pid === undefined) return child;
  children.add(child);
  guard.stdin.write(`+${child.pid}\n`);
  child.once('exit', () => {
    children.delete(child);
    guard.stdin.write(`-${child.pid}\n`);
  });
  return child;
}

/** Stops all of a server where it is, until `thaw`: it takes nothing from those beside it. */
export const freeze = (child) => process.kill(-child.pid, 'SIGSTOP');
export const thaw = (child) => process.kill(-child.pid, 'SIGCONT');

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

/** @param core undefined: wherever there is room */
export function startNginx(name, servers, upstream, core, workers = 1) {
  const file = join(folder, `${name}.conf`);
  writeFileSync(
    file,
    `daemon off; worker_processes ${workers}; pid ${folder}/${name}.pid; error_log stderr crit;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; client_body_temp_path ${folder}/${name}-b; proxy_temp_path ${folder}/${name}-p;
fastcgi_temp_path ${folder}/${name}-f; uwsgi_temp_path ${folder}/${name}-u; scgi_temp_path ${folder}/${name}-s;
${upstream}
${servers} }`,
  );
  const command = ['nginx', '-c', file, '-p', folder, '-e', 'stderr'];
  return start(core === undefined ? command : pin(core, command));
}

/** Ends everything that was started, and what it has written. */
export function endAll() {
  for (const child of children) end(child);
  rmSync(folder, { recursive: true, force: true });
}
