import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../src/protocol/content-security.ts';
import { startWebHost, type WebHost } from '../../src/web/web-host.ts';
import { type RawResponse, request, sendRaw } from '../support/raw-http.ts';
import { StubLab } from '../support/stub-lab.ts';

let host: WebHost;
let lab: StubLab;
let folder: string;
let own: string;
let bearer: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-web-'));
  const files = join(folder, 'renderer');
  mkdirSync(join(files, 'assets'), { recursive: true });
  writeFileSync(join(files, 'index.html'), '<!doctype html><title>The page</title>');
  writeFileSync(join(files, 'assets', 'index-AbC123_-.js'), 'export {};');
  writeFileSync(join(files, 'icon.svg'), '<svg/>');
  writeFileSync(join(files, 'assets', 'index-AbC123_-.js.map'), '{"secret":true}');
  writeFileSync(join(folder, 'outside.html'), 'outside');
  lab = new StubLab();
  host = await startWebHost({ lab, host: '127.0.0.1', port: 0, ui: true, files });
  own = `http://127.0.0.1:${host.port}`;
  bearer = `Bearer ${host.token}`;
});

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string | null> = {}): Promise<RawResponse> =>
  request(host.port, `GET ${path}`, headers);
const post = (path: string, body: unknown, headers: Record<string, string | null> = {}): Promise<RawResponse> =>
  request(host.port, `POST ${path}`, headers, typeof body === 'string' ? body : JSON.stringify(body));
const errorOf = (response: RawResponse): unknown => JSON.parse(response.body).error.code;

/** The cookie a page gets for the token, as it would send it back. */
async function cookie(): Promise<string> {
  const response = await post('/session', { token: host.token }, { Origin: own });
  expect(response.status).toBe(204);
  return response.headers.get('set-cookie')?.[0]?.split(';')[0] ?? '';
}

describe('the web host', () => {
  it('says where it is, with a token of 256 bits in the fragment', () => {
    expect(host.url).toBe(`http://127.0.0.1:${host.port}/#t=${host.token}`);
    expect(Buffer.from(host.token, 'base64url').byteLength).toBe(32);
  });

  it('gives every host a token of its own', async () => {
    const other = await startWebHost({ lab, host: '127.0.0.1', port: 0, ui: false });
    expect(other.token).not.toBe(host.token);
    await other.close();
  });

  it('takes the next free port when its own is taken, and says so', async () => {
    const second = await startWebHost({ lab, host: '127.0.0.1', port: host.port, ui: false });
    expect(second.port).toBeGreaterThan(host.port);
    expect(second.notices).toEqual([`Port ${host.port} is taken; the control page is at port ${second.port}.`]);
    await second.close();
  });

  it('frees its port when it closes, with clients still connected', async () => {
    const passing = await startWebHost({ lab, host: '127.0.0.1', port: 0, ui: false, token: 't' });
    const stream = await fetch(`http://127.0.0.1:${passing.port}/api/events`, {
      headers: { Authorization: 'Bearer t' },
    });
    await passing.close();
    expect(await stream.text()).toBe(''); // ended properly, not cut
    const probe = createServer().listen(passing.port, '127.0.0.1');
    await new Promise((resolve, reject) => probe.once('listening', resolve).once('error', reject));
    await new Promise((resolve) => probe.close(resolve));
  });

  it.each(['', 'two words', 'ümlaut', 'line\nbreak'])('refuses the token %j', async (token) => {
    const started = startWebHost({ lab, host: '127.0.0.1', port: 0, ui: false, token });
    await expect(started).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('refuses an address that is not of this machine', async () => {
    const started = startWebHost({ lab, host: '192.0.2.1', port: 0, ui: false });
    await expect(started).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('says that the page is not built', async () => {
    const started = startWebHost({ lab, host: '127.0.0.1', port: 0, ui: true, files: join(folder, 'nowhere') });
    await expect(started).rejects.toMatchObject({ code: 'storage' });
  });
});

describe('the guard of Host', () => {
  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('answers to %s', async (name) => {
    expect((await get('/', { Host: `${name}:${host.port}` })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1.evil.example:PORT',
    'localhost.evil.example:PORT',
    'localhost.:PORT',
    'localhost@evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1:PORT:PORT',
    '127.1:PORT',
    '0.0.0.0:PORT',
    '[::ffff:127.0.0.1]:PORT',
    '2130706433:PORT',
    '',
  ])('refuses everything to %j, before asking who it is', async (name) => {
    const headers = { Host: name.replaceAll('PORT', String(host.port)), Authorization: bearer };
    for (const path of ['/', '/api/lab', '/metrics', '/nowhere']) {
      const response = await get(path, headers);
      expect(response.status).toBe(403);
      expect(errorOf(response)).toBe('not-allowed');
      expect(response.body).not.toContain('The page');
    }
    expect((await post('/api/commands', { command: 'marker' }, headers)).status).toBe(403);
  });

  it('refuses requests with no Host and with two', async () => {
    expect((await get('/', { Host: null })).status).toBe(400);
    expect((await sendRaw(host.port, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(403);
    const two = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`;
    expect((await sendRaw(host.port, two)).status).toBe(403);
  });

  it('does not say "100 Continue" first', async () => {
    const response = await post('/api/commands', {}, { Host: 'evil.example', Expect: '100-continue' });
    expect(response.status).toBe(403);
  });

  it('answers to the address it was bound to', async () => {
    const other = await startWebHost({ lab, host: '127.0.0.2', port: 0, ui: false, token: 't' });
    const response = await fetch(`http://127.0.0.2:${other.port}/api/lab`, { headers: { Authorization: 'Bearer t' } });
    expect(response.status).toBe(200);
    expect(other.url).toBe(`http://127.0.0.2:${other.port}/#t=t`);
    await other.close();
  });
});

const FOREIGN_ORIGINS = [
  'http://evil.example',
  'null',
  'https://127.0.0.1:PORT',
  'http://127.0.0.1',
  'http://127.0.0.1:1',
  'http://localhost:PORT', // another origin than the one it is asked as
  'http://127.0.0.1:PORT.evil.example',
  'http://127.0.0.1:PORT/',
  'http://evil.example/http://127.0.0.1:PORT',
  '',
];

describe('the guard of Origin', () => {
  it.each(FOREIGN_ORIGINS)('refuses commands from %j, whatever they know', async (origin) => {
    const headers = { Origin: origin.replaceAll('PORT', String(host.port)) };
    const before = lab.commands.length;
    for (const proof of [{ Authorization: bearer }, { Cookie: await cookie() }]) {
      const response = await post('/api/commands', { command: 'marker', text: 'x' }, { ...headers, ...proof });
      expect(response.status).toBe(403);
    }
    expect((await post('/session', { token: host.token }, headers)).status).toBe(403);
    expect(lab.commands.length).toBe(before);
  });

  it('lets our own page in with the cookie', async () => {
    const response = await post(
      '/api/commands',
      { command: 'marker', text: 'x' },
      { Origin: own, Cookie: await cookie() },
    );
    expect(response.status).toBe(200);
    expect(JSON.parse(response.body)).toEqual({ ok: true });
  });

  it('lets scripts in, which send none, with the token and not with the cookie', async () => {
    const command = { command: 'marker', text: 'x' };
    expect((await post('/api/commands', command, { Authorization: bearer })).status).toBe(200);
    expect((await post('/api/commands', command, { Cookie: await cookie() })).status).toBe(403);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('also of %s', async (method) => {
    const response = await request(host.port, `${method} /api/lab`, {
      Origin: 'http://evil.example',
      Authorization: bearer,
    });
    expect(response.status).toBe(403);
  });

  it('keeps pages of other ports of this machine from reading', async () => {
    const headers = { Cookie: await cookie() };
    for (const site of ['same-site', 'cross-site']) {
      expect((await get('/api/lab', { ...headers, 'Sec-Fetch-Site': site })).status).toBe(403);
    }
    for (const site of ['same-origin', 'none']) {
      expect((await get('/api/lab', { ...headers, 'Sec-Fetch-Site': site })).status).toBe(200);
    }
  });
});

describe('the token', () => {
  const PRIVATE = ['/api/lab', '/api/events', '/api/commands', '/api/nowhere', '/api', '/api/', '/metrics', '/ws'];

  it.each(PRIVATE)('is needed for %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(401);
    expect(errorOf(response)).toBe('not-allowed');
    expect(response.headers.get('www-authenticate')).toEqual(['Bearer realm="Evenkeel"']);
  });

  it('has to be the right one, sent in the right way', async () => {
    const { token } = host;
    const wrong = [
      'Bearer',
      'Bearer ',
      'Bearer x',
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      `Basic ${token}`,
      token,
    ];
    for (const authorization of wrong) {
      expect((await get('/api/lab', { Authorization: authorization })).status, authorization).toBe(401);
    }
    const value = (await cookie()).split('=')[1] ?? '';
    const name = `evenkeel_${host.port}`;
    for (const sent of [`${name}=x`, `${name}=${token}`, `${name}=`, name, `other=${value}`, `${name}x=${value}`]) {
      expect((await get('/api/lab', { Cookie: sent })).status, sent).toBe(401);
    }
    expect((await get(`/api/lab?t=${token}&token=${token}`)).status).toBe(401);
    expect((await get('/api/lab', { Authorization: 'Bearer x', Cookie: await cookie() })).status).toBe(401);
  });

  it('opens the API, as does the cookie among others', async () => {
    expect((await get('/api/lab', { Authorization: bearer })).status).toBe(200);
    expect((await get('/api/lab', { Authorization: `bearer  ${host.token}` })).status).toBe(200);
    expect((await get('/api/lab', { Cookie: `a=1; ${await cookie()}; b=2` })).status).toBe(200);
    expect((await get('/api/lab', { Cookie: `evenkeel_${host.port}=old; ${await cookie()}` })).status).toBe(200);
  });

  it('is swapped for a cookie that no script and no other site gets', async () => {
    const response = await post('/session', { token: host.token }, { Origin: own });
    expect(response.status).toBe(204);
    expect(response.body).toBe('');
    const [set, ...more] = response.headers.get('set-cookie') ?? [];
    expect(more).toEqual([]);
    expect(set).toMatch(new RegExp(`^evenkeel_${host.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`));
    expect(set).not.toContain(host.token);
  });

  it.each([{ token: 'x' }, { token: '' }, { token: null }, { token: ['x'] }, {}, null, [], 7, 'text'])(
    'is not swapped for %j',
    async (body) => {
      const response = await post('/session', JSON.stringify(body), { Origin: own });
      expect(response.status).toBe(401);
      expect(response.headers.has('set-cookie')).toBe(false);
    },
  );

  it('survives a restart when it was chosen, and then so does the cookie', async () => {
    const options = { lab, host: '127.0.0.1', port: 0, ui: false, token: 'chosen+/=?#&' };
    const first = await startWebHost(options);
    expect(new URLSearchParams(new URL(first.url).hash.slice(1)).get('t')).toBe('chosen+/=?#&');
    const set = await request(
      first.port,
      'POST /session',
      { Origin: `http://127.0.0.1:${first.port}` },
      '{"token":"chosen+/=?#&"}',
    );
    await first.close();
    const second = await startWebHost({ ...options, port: first.port });
    const sent = set.headers.get('set-cookie')?.[0]?.split(';')[0] ?? '';
    expect((await request(second.port, 'GET /api/lab', { Cookie: sent })).status).toBe(200);
    await second.close();
  });
});

describe('every answer', () => {
  it('carries the same headers and none that lets another page read it', async () => {
    const answers = [
      await get('/'),
      await get('/icon.svg'),
      await get('/nowhere'),
      await get('/api/lab'),
      await get('/api/lab', { Authorization: bearer, Origin: 'http://evil.example' }),
      await get('/metrics', { Host: 'evil.example' }),
      await request(host.port, 'OPTIONS /api/commands', {
        Origin: 'http://evil.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization',
      }),
      await post('/session', { token: host.token }, { Origin: own }),
    ];
    for (const { headers } of answers) {
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers.get('content-security-policy')).toEqual([CONTENT_SECURITY_POLICY]);
      expect(headers.get('x-content-type-options')).toEqual(['nosniff']);
      expect(headers.get('referrer-policy')).toEqual(['no-referrer']);
      expect(headers.get('cross-origin-opener-policy')).toEqual(['same-origin']);
      expect(headers.get('cross-origin-resource-policy')).toEqual(['same-origin']);
      expect(headers.has('server')).toBe(false);
      expect(headers.has('x-powered-by')).toBe(false);
    }
  });

  it('from the API is never stored', async () => {
    expect((await get('/api/lab', { Authorization: bearer })).headers.get('cache-control')).toEqual(['no-store']);
  });
});

describe('the page', () => {
  it('needs no token, for it holds no secret', async () => {
    const response = await get('/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toEqual(['text/html; charset=utf-8']);
    expect(response.headers.get('cache-control')).toEqual(['no-cache']);
    expect(response.body).toContain('The page');
    expect((await get('/?theme=dark')).status).toBe(200);
  });

  it('has assets that are kept for ever because their name changes with their content', async () => {
    const response = await get('/assets/index-AbC123_-.js');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toEqual(['text/javascript; charset=utf-8']);
    expect(response.headers.get('cache-control')).toEqual(['public, max-age=31536000, immutable']);
    expect((await get('/icon.svg')).headers.get('cache-control')).toEqual(['no-cache']);
  });

  it('is not sent again when the browser has it', async () => {
    const etag = (await get('/')).headers.get('etag')?.[0] ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const response = await get('/', { 'If-None-Match': etag });
    expect(response.status).toBe(304);
    expect(response.body).toBe('');
    expect((await get('/', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('can be asked for without its body', async () => {
    const response = await request(host.port, 'HEAD /');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toEqual(['38']);
    expect(response.body).toBe('');
  });

  it('is not there in a host without a page', async () => {
    const headless = await startWebHost({ lab, host: '127.0.0.1', port: 0, ui: false });
    expect((await request(headless.port, 'GET /')).status).toBe(404);
    await headless.close();
  });

  it.each([
    '/../outside.html',
    '/..%2foutside.html',
    '/%2e%2e/outside.html',
    '/%2e%2e%2foutside.html',
    '/assets/../../outside.html',
    '/assets/..%5c..%5coutside.html',
    '/..\\outside.html',
    '//outside.html',
    '///etc/passwd',
    '/etc/passwd',
    '/index.html/',
    '/index.html%00.js',
    '/assets',
    '/assets/',
    '/assets/index-AbC123_-.js.map',
    '/%',
    '/%zz',
    '/constructor',
    '/__proto__',
    '/INDEX.HTML',
  ])('does not serve %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.body).not.toContain('outside<');
    expect(errorOf(response)).toBe('bad-argument');
  });

  it.each(['*', 'http://evil.example/', 'index.html'])('refuses the request target %s', async (target) => {
    expect((await get(target)).status).toBe(400);
  });
});

describe('methods', () => {
  it.each([
    ['POST /', 'GET, HEAD'],
    ['DELETE /icon.svg', 'GET, HEAD'],
    ['POST /api/lab', 'GET, HEAD'],
    ['PUT /api/commands', 'POST'],
    ['GET /api/commands', 'POST'],
    ['GET /session', 'POST'],
    ['OPTIONS /api/commands', 'POST'],
    ['POST /metrics', 'GET, HEAD'],
    ['TRACE /api/lab', 'GET, HEAD'],
  ])('%s is not one', async (line, allow) => {
    const response = await request(host.port, line, { Authorization: bearer });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toEqual([allow]);
  });

  it('closes on CONNECT', async () => {
    await expect(request(host.port, 'CONNECT evil.example:443')).rejects.toThrow('without an answer');
  });
});

describe('the limits', () => {
  const MAX = 64 * 1024;
  const auth = (): Record<string, string> => ({ Authorization: bearer });
  const body = (bytes: number): string => `{"command":"marker","text":"${'x'.repeat(bytes - 30)}"}`;

  it('let a body of 64 KiB in', async () => {
    expect(Buffer.byteLength(body(MAX))).toBe(MAX);
    expect((await post('/api/commands', body(MAX), auth())).status).toBe(200);
  });

  it.each([MAX + 1, 2 * MAX, 900_000])('keep a body of %d bytes out', async (bytes) => {
    const response = await post('/api/commands', body(bytes), auth());
    expect(response.status).toBe(413);
    expect(errorOf(response)).toBe('too-large');
  });

  it('count what comes, not what was said', async () => {
    const chunk = `${(16_384).toString(16)}\r\n${'x'.repeat(16_384)}\r\n`;
    const head = `POST /api/commands HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nAuthorization: ${bearer}\r\nConnection: close\r\n`;
    const response = await sendRaw(host.port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`);
    expect(response.status).toBe(413);
  });

  it('hold before the token is asked for too', async () => {
    expect((await post('/session', body(MAX + 1), { Origin: own })).status).toBe(413);
  });

  it('say 413 instead of "100 Continue" to who asks first', async () => {
    const head = { ...auth(), Expect: '100-continue', 'Content-Length': String(MAX + 1), Connection: 'close' };
    const response = await request(host.port, 'POST /api/commands', head, 'x'.repeat(MAX + 1));
    expect(response.status).toBe(413);
  });

  it('end a connection that sends without end', async () => {
    const head = `POST /api/commands HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nAuthorization: ${bearer}\r\nContent-Length: 99999999\r\n\r\n`;
    const response = await sendRaw(host.port, head + 'x'.repeat(4_000_000));
    expect(response.status).toBe(413);
  });

  it('keep headers over 16 KiB out', async () => {
    expect((await get('/', { 'X-Long': 'x'.repeat(20_000) })).status).toBe(431);
  });
});
