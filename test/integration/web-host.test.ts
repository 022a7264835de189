import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../src/protocol/content-security.ts';
import { startWebHost } from '../../src/web/web-host.ts';
import { request, sendRaw } from '../support/raw-http.ts';
import { errorOf, webHostFixture } from '../support/web-host-fixture.ts';

const web = webHostFixture();

describe('the web host', () => {
  it('says where it is, with a token of 256 bits in the fragment', () => {
    expect(web.host.url).toBe(`http://127.0.0.1:${web.port}/#t=${web.host.token}`);
    expect(Buffer.from(web.host.token, 'base64url').byteLength).toBe(32);
  });

  it('gives every host a token of its own', async () => {
    const other = await startWebHost({ lab: web.lab, host: '127.0.0.1', port: 0, ui: false });
    expect(other.token).not.toBe(web.host.token);
    await other.close();
  });

  it('takes the next free port when its own is taken, and says so', async () => {
    const second = await startWebHost({ lab: web.lab, host: '127.0.0.1', port: web.port, ui: false });
    expect(second.port).toBeGreaterThan(web.port);
    expect(second.notices).toEqual([`Port ${web.port} is taken; the control page is at port ${second.port}.`]);
    await second.close();
  });

  it('frees its port when it closes, with clients still connected', async () => {
    const passing = await startWebHost({ lab: web.lab, host: '127.0.0.1', port: 0, ui: false, token: 't' });
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
    const started = startWebHost({ lab: web.lab, host: '127.0.0.1', port: 0, ui: false, token });
    await expect(started).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('refuses an address that is not of this machine', async () => {
    const started = startWebHost({ lab: web.lab, host: '192.0.2.1', port: 0, ui: false });
    await expect(started).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('says that the page is not built', async () => {
    const started = startWebHost({
      lab: web.lab,
      host: '127.0.0.1',
      port: 0,
      ui: true,
      files: join(web.folder, 'nowhere'),
    });
    await expect(started).rejects.toMatchObject({ code: 'storage' });
  });
});

describe('the guard of Host', () => {
  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('answers to %s', async (name) => {
    expect((await web.get('/', { Host: `${name}:${web.port}` })).status).toBe(200);
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
    const headers = { Host: name.replaceAll('PORT', String(web.port)), Authorization: web.bearer };
    for (const path of ['/', '/api/lab', '/metrics', '/nowhere']) {
      const response = await web.get(path, headers);
      expect(response.status).toBe(403);
      expect(errorOf(response)).toBe('not-allowed');
      expect(response.body).not.toContain('The page');
    }
    expect((await web.post('/api/commands', { command: 'marker' }, headers)).status).toBe(403);
  });

  it('refuses requests with no Host and with two', async () => {
    expect((await web.get('/', { Host: null })).status).toBe(400);
    expect((await sendRaw(web.port, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(403);
    const two = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`;
    expect((await sendRaw(web.port, two)).status).toBe(403);
  });

  it('does not say "100 Continue" first', async () => {
    const response = await web.post('/api/commands', {}, { Host: 'evil.example', Expect: '100-continue' });
    expect(response.status).toBe(403);
  });

  it('answers to the address it was bound to', async () => {
    const other = await startWebHost({ lab: web.lab, host: '127.0.0.2', port: 0, ui: false, token: 't' });
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
    const headers = { Origin: origin.replaceAll('PORT', String(web.port)) };
    const before = web.lab.commands.length;
    const proofs: Record<string, string>[] = [{ Authorization: web.bearer }, { Cookie: await web.cookie() }];
    for (const proof of proofs) {
      const response = await web.post('/api/commands', { command: 'marker', text: 'x' }, { ...headers, ...proof });
      expect(response.status).toBe(403);
    }
    expect((await web.post('/session', { token: web.host.token }, headers)).status).toBe(403);
    expect(web.lab.commands.length).toBe(before);
  });

  it('lets our own page in with the cookie', async () => {
    const response = await web.post(
      '/api/commands',
      { command: 'marker', text: 'x' },
      { Origin: web.own, Cookie: await web.cookie() },
    );
    expect(response.status).toBe(200);
    expect(JSON.parse(response.body)).toEqual({ ok: true });
  });

  it('lets scripts in, which send none, with the token and not with the cookie', async () => {
    const command = { command: 'marker', text: 'x' };
    expect((await web.post('/api/commands', command, { Authorization: web.bearer })).status).toBe(200);
    expect((await web.post('/api/commands', command, { Cookie: await web.cookie() })).status).toBe(403);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('also of %s', async (method) => {
    const response = await request(web.port, `${method} /api/lab`, {
      Origin: 'http://evil.example',
      Authorization: web.bearer,
    });
    expect(response.status).toBe(403);
  });

  it('keeps pages of other ports of this machine from reading', async () => {
    const headers = { Cookie: await web.cookie() };
    for (const site of ['same-site', 'cross-site']) {
      expect((await web.get('/api/lab', { ...headers, 'Sec-Fetch-Site': site })).status).toBe(403);
    }
    for (const site of ['same-origin', 'none']) {
      expect((await web.get('/api/lab', { ...headers, 'Sec-Fetch-Site': site })).status).toBe(200);
    }
  });
});

describe('the token', () => {
  const PRIVATE = ['/api/lab', '/api/events', '/api/commands', '/api/nowhere', '/api', '/api/', '/metrics', '/ws'];

  it.each(PRIVATE)('is needed for %s', async (path) => {
    const response = await web.get(path);
    expect(response.status).toBe(401);
    expect(errorOf(response)).toBe('not-allowed');
    expect(response.headers.get('www-authenticate')).toEqual(['Bearer realm="Evenkeel"']);
  });

  it('has to be the right one, sent in the right way', async () => {
    const { token } = web.host;
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
      expect((await web.get('/api/lab', { Authorization: authorization })).status, authorization).toBe(401);
    }
    const value = (await web.cookie()).split('=')[1] ?? '';
    const name = `evenkeel_${web.port}`;
    for (const sent of [`${name}=x`, `${name}=${token}`, `${name}=`, name, `other=${value}`, `${name}x=${value}`]) {
      expect((await web.get('/api/lab', { Cookie: sent })).status, sent).toBe(401);
    }
    expect((await web.get(`/api/lab?t=${token}&token=${token}`)).status).toBe(401);
    expect((await web.get('/api/lab', { Authorization: 'Bearer x', Cookie: await web.cookie() })).status).toBe(401);
  });

  it('opens the API, as does the cookie among others', async () => {
    expect((await web.get('/api/lab', { Authorization: web.bearer })).status).toBe(200);
    expect((await web.get('/api/lab', { Authorization: `bearer  ${web.host.token}` })).status).toBe(200);
    expect((await web.get('/api/lab', { Cookie: `a=1; ${await web.cookie()}; b=2` })).status).toBe(200);
    expect((await web.get('/api/lab', { Cookie: `evenkeel_${web.port}=old; ${await web.cookie()}` })).status).toBe(200);
  });

  it('is swapped for a cookie that no script and no other site gets', async () => {
    const response = await web.post('/session', { token: web.host.token }, { Origin: web.own });
    expect(response.status).toBe(204);
    expect(response.body).toBe('');
    const [set, ...more] = response.headers.get('set-cookie') ?? [];
    expect(more).toEqual([]);
    expect(set).toMatch(new RegExp(`^evenkeel_${web.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`));
    expect(set).not.toContain(web.host.token);
  });

  it.each([{ token: 'x' }, { token: '' }, { token: null }, { token: ['x'] }, {}, null, [], 7, 'text'])(
    'is not swapped for %j',
    async (body) => {
      const response = await web.post('/session', JSON.stringify(body), { Origin: web.own });
      expect(response.status).toBe(401);
      expect(response.headers.has('set-cookie')).toBe(false);
    },
  );

  it('survives a restart when it was chosen, and then so does the cookie', async () => {
    const options = { lab: web.lab, host: '127.0.0.1', port: 0, ui: false, token: 'chosen+/=?#&' };
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
      await web.get('/'),
      await web.get('/icon.svg'),
      await web.get('/nowhere'),
      await web.get('/api/lab'),
      await web.get('/api/lab', { Authorization: web.bearer, Origin: 'http://evil.example' }),
      await web.get('/metrics', { Host: 'evil.example' }),
      await request(web.port, 'OPTIONS /api/commands', {
        Origin: 'http://evil.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization',
      }),
      await web.post('/session', { token: web.host.token }, { Origin: web.own }),
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
    expect((await web.get('/api/lab', { Authorization: web.bearer })).headers.get('cache-control')).toEqual([
      'no-store',
    ]);
  });
});
