// npm run soak:stream [-- --mib 1024]
// Streams a body of 1 GiB to an origin and one back through a lab, each framed by length and in chunks: it arrives byte for byte, and the
// lab's memory stays flat meanwhile, also while the reading side pauses. Ends with 1 and what is broken.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from '../../bench/servers.mjs';
import { LabProcess } from './lab-process.mjs';

const { values } = parseArgs({ options: { mib: { type: 'string', default: '1024' } } });
const MIB = 1024 * 1024;
const SIZE = Number(values.mib) * MIB;
/** What the lab's memory may grow by, whatever flows through: buffers of sockets and streams, and garbage not yet collected. */
const MOST_GROWTH = 96 * MIB;
/** Bytes that warm everything up before memory counts. */
const WARM_UP = 64 * MIB;
/** The reader pauses that often, for that long (ms). */
const PAUSE_EVERY = 128 * MIB;
const PAUSE_MS = 300;

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-stream-'));
const broken = [];

/** Bytes that differ everywhere, so that a lost or doubled piece is seen. */
function* pieces(size) {
  const piece = Buffer.alloc(65_536, 'evenkeel streams ');
  for (let at = 0; at < size; at += piece.length) {
    // Each is a buffer of its own: the one before may still be on its way.
    const next = Buffer.from(piece.subarray(0, Math.min(piece.length, size - at)));
    next.writeDoubleBE(at, 0);
    yield next;
  }
}

function expectedHash(size) {
  const hash = createHash('sha1');
  for (const piece of pieces(size)) hash.update(piece);
  return hash.digest('hex');
}

/** Reads it all, with pauses. @returns bytes and hash */
async function take(stream) {
  const hash = createHash('sha1');
  let bytes = 0;
  for await (const piece of stream) {
    const before = Math.floor(bytes / PAUSE_EVERY);
    hash.update(piece);
    bytes += piece.length;
    if (Math.floor(bytes / PAUSE_EVERY) > before) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return { bytes, hash: hash.digest('hex') };
}

/** An origin that takes what it is sent and tells its hash, or sends as much as it is asked for. */
async function startOrigin() {
  const server = createServer(async (request, response) => {
    const { searchParams, pathname } = new URL(request.url, 'http://origin');
    const size = Number(searchParams.get('size'));
    if (pathname === '/up') response.end(JSON.stringify(await take(request)));
    else if (pathname === '/down') {
      if (searchParams.has('length')) response.setHeader('content-length', size);
      Readable.from(pieces(size), { objectMode: false, highWaterMark: 65_536 }).pipe(response);
    } else response.end('ok');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function ask(port, path, method, headers, body) {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, resolve);
    request.once('error', reject);
    if (body) Readable.from(body, { objectMode: false, highWaterMark: 65_536 }).pipe(request);
    else request.end();
  });
}

async function up(port, size, framed) {
  const headers = framed ? { 'content-length': size } : { 'transfer-encoding': 'chunked' };
  const answer = await ask(port, '/up', 'POST', headers, pieces(size));
  let text = '';
  for await (const part of answer) text += part;
  if (answer.statusCode !== 200) throw new Error(`the upload was answered ${answer.statusCode}: ${text}`);
  return JSON.parse(text);
}

async function down(port, size, framed) {
  return take(await ask(port, `/down?size=${size}${framed ? '&length' : ''}`, 'GET', {}));
}

const memoryOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

async function main() {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url)), '--if-stale'], {
    stdio: ['ignore', 2, 2],
  });
  const origin = await startOrigin();
  const file = join(folder, 'stream.json');
  const lab = {
    evenkeel: 1,
    listen: `127.0.0.1:${await freePort()}`,
    traffic: 'off',
    origins: [{ url: `http://127.0.0.1:${origin.address().port}` }],
    // The origin is in this process, which is busy: a check would have to wait.
    health: 'off',
  };
  writeFileSync(file, JSON.stringify(lab));
  // Before the lab runs: it takes seconds in which the origin, which is in this process, would answer no health check.
  const hash = expectedHash(SIZE);
  const running = await LabProcess.start(file, folder);
  // Also where an error that nobody caught ends this process.
  process.once('exit', () => running.child.kill('SIGKILL'));
  try {
    for (const [name, move] of Object.entries({ up, down })) {
      for (const framed of [true, false]) {
        await move(running.port, WARM_UP, framed);
        const before = memoryOf(running.pid);
        let most = before;
        const timer = setInterval(() => {
          most = Math.max(most, memoryOf(running.pid));
        }, 50);
        const begun = performance.now();
        const got = await move(running.port, SIZE, framed);
        clearInterval(timer);
        const seconds = (performance.now() - begun) / 1000;
        const grew = (most - before) / MIB;
        const what = `${SIZE / MIB} MiB ${name}, ${framed ? 'by length' : 'in chunks'}`;
        console.log(
          `${what}: ${(SIZE / MIB / seconds).toFixed(0)} MiB/s, memory grew by at most ${grew.toFixed(0)} MiB`,
        );
        if (got.bytes !== SIZE || got.hash !== hash)
          broken.push(`${what}: ${got.bytes} bytes arrived, or others than were sent`);
        if (most - before > MOST_GROWTH) broken.push(`${what}: memory grew by ${grew.toFixed(0)} MiB`);
      }
    }
  } finally {
    running.child.kill('SIGTERM');
    await running.exit;
    origin.closeAllConnections();
    origin.close();
  }
}

try {
  await main();
} catch (error) {
  broken.push(`it could not go on: ${error.stack}`);
}
for (const what of broken) console.log(`broken: ${what}`);
rmSync(folder, { recursive: true, force: true });
process.exit(broken.length > 0 ? 1 : 0);
